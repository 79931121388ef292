#include "rekey/renewal/renewal.hpp"
#include "store/sql/settings.hpp"

namespace rekey::renewal {

namespace {

constexpr const char* rotation_changed = "rotation_changed";

}  // namespace

bool take_rotation_notice(Home& home) {
    if (store::setting(home.store(), rotation_changed) != "untold") return false;
    home.store().write(
        [](store::Transaction& transaction) { store::set_setting(transaction, rotation_changed, "told"); });
    return true;
}

}  // namespace rekey::renewal
