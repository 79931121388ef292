#include "input/typed_line.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "rekey/base/base.hpp"

namespace rekey::cli {

std::optional<char> TypedLine::next() {
    while (wait_.until_readable(STDIN_FILENO)) {
        char typed = 0;
        auto got = ::read(STDIN_FILENO, &typed, 1);
        if (got < 0 && errno == EINTR) continue;
        is_cut_off_ = got != 1;
        if (is_cut_off_ || typed == '\n') return std::nullopt;
        return typed;
    }
    std::fputs("\n", stderr);
    throw Error(Code::interrupted, "interrupted before the answer");
}

void TypedLine::require_end_of_line(const std::string& instead) const {
    if (!is_cut_off_) return;
    std::fputs("\n", stderr);
    throw Error(Code::refused, "there was no answer", instead);
}

}  // namespace rekey::cli
