#include "views/retirement.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "views/json.hpp"

namespace rekey::cli {

std::string retirement_in_words(const store::Retirement& retired) {
    return fmt::format("this home was retired on {} by {}, and went to {}{}", to_rfc3339(retired.at),
                       printable(retired.actor), printable(retired.file),
                       retired.comment.empty() ? "" : fmt::format(" ({})", printable(retired.comment)));
}

Json retirement_json(const store::Retirement& retired) {
    return {{"at", to_rfc3339(retired.at)},
            {"actor", retired.actor},
            {"file", retired.file},
            {"backup", retired.backup},
            {"comment", retired.comment}};
}

}  // namespace rekey::cli
