#include "exit_code.hpp"

namespace rekey::cli {

int exit_code(Code code) {
    switch (code) {
        case Code::usage:
        case Code::not_found:
            return exit_usage;
        case Code::refused:
            return exit_refused;
        case Code::unreachable:
            return exit_deferred;
        case Code::busy:
            return exit_held;
        case Code::corrupt:
        case Code::failed:
            return exit_nothing_done;
        case Code::interrupted:
            return exit_interrupted;
    }
    return exit_nothing_done;
}

int exit_code(const renewal::Result& result) {
    if (result.interrupted) return exit_interrupted;
    if (result.failed != 0) return result.done != 0 ? exit_partly : exit_nothing_done;
    if (result.refused != 0) return result.done != 0 ? exit_partly : exit_refused;
    if (!result.lists_error.empty()) return result.done != 0 ? exit_partly : exit_nothing_done;
    if (result.deferred != 0) return exit_deferred;
    if (result.held != 0 && result.done == 0) return exit_held;
    return exit_done;
}

}  // namespace rekey::cli
