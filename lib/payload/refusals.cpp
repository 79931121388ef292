#include "payload/refusals.hpp"

#include <fmt/format.h>

#include <string>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

[[noreturn]] void refuse_foreign(std::string what) {
    refuse(std::move(what), "take the payload from its source again; this one was not made by rekey");
}

}  // namespace

void refuse(std::string what, std::string_view remedy) {
    throw Error(Code::usage, std::move(what), std::string(remedy));
}

void refuse_depth() { refuse_foreign(fmt::format("nested more than {} levels deep", limits::payload_levels)); }
void refuse_count() { refuse_foreign(fmt::format("more than {} values and keys", limits::payload_values)); }
void refuse_keys() { refuse_foreign(fmt::format("a dictionary with more than {} keys", limits::payload_keys)); }

void refuse_equal_keys() {
    refuse("a damaged property list: a dictionary has a key twice, so that it has no one meaning");
}

}  // namespace rekey::payload
