#include "command/exit_code.hpp"

namespace rekey::cli {

const std::vector<Ending>& exit_meanings() {
    static const std::vector<Ending> meanings{
        {exit_done, "Done, or there was nothing to do."},
        {exit_nothing_done, "Nothing was done; what was in use still is."},
        {exit_usage, "A wrong option, argument or configuration, or a name that is not there."},
        {exit_partly, "Partly done: some items failed, the rest are done."},
        {exit_deferred, "No failure, but something is deferred for a unit or a provider that did not answer."},
        {exit_held, "Live runs hold everything that was requested, or another process works on the same rotation."},
        {exit_refused, "Refused by a guard or a policy, or a check found something."},
        {exit_interrupted, "Interrupted; what was done is recorded."}};
    return meanings;
}

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
    if (!result.trouble.empty()) return exit_partly;
    if (result.interrupted) return exit_interrupted;
    if (result.failed != 0) return result.done != 0 ? exit_partly : exit_nothing_done;
    if (result.refused != 0) return result.done != 0 ? exit_partly : exit_refused;
    if (result.keys_left != 0) return exit_partly;
    if (!result.lists_error.empty()) return result.done != 0 ? exit_partly : exit_nothing_done;
    if (result.deferred != 0) return exit_deferred;
    if (result.held != 0) return result.done != 0 ? exit_partly : exit_held;
    return exit_done;
}

}  // namespace rekey::cli
