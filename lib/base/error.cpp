#include "rekey/base/base.hpp"

namespace rekey {

Error::Error(Code code, std::string message, std::string hint)
    : code_(code), message_(std::move(message)), hint_(std::move(hint)) {}

Error& Error::in(std::string_view where) {
    message_.insert(0, ": ");
    message_.insert(0, where);
    return *this;
}

}  // namespace rekey
