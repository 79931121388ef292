#include "base/text/foreign_errors.hpp"

#include <fmt/format.h>

#include "base/text/shortened.hpp"

namespace rekey {

Error in_our_words(const std::exception& theirs) {
    return Error(Code::failed, fmt::format("an error that was not foreseen: {}", shortened(theirs.what())));
}

}  // namespace rekey
