#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>
#include <system_error>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"

namespace rekey::cli {

namespace {

int fail(const Globals& globals, std::string_view message, std::string_view hint, int code) {
    tell(log_format(globals), {MessageLevel::error, message, hint, {}});
    return code;
}

/// Where it would be said that nothing was done, and nothing is true of it: what was made durable stays.
int honest(int code) {
    bool denies = code == exit_nothing_done || code == exit_held;
    return denies && store::changes_made() != 0 ? exit_partly : code;
}

/// Libraries allocate where nothing may be thrown (nlohmann's JSON does when it is destroyed). What was recorded
/// is whole at every instant, so the end is an ordinary one; any other way to get here is a defect.
[[noreturn]] void end_without_memory() noexcept {
    try {
        if (auto cause = std::current_exception()) std::rethrow_exception(cause);
    } catch (const std::bad_alloc&) {
        constexpr std::string_view said = "rekey: out of memory\n";
        [[maybe_unused]] auto written = ::write(STDERR_FILENO, said.data(), said.size());
        std::_Exit(honest(exit_nothing_done));
    } catch (...) {
        std::abort();
    }
    std::abort();
}

/// Whether the reader of standard output has closed it: head, a pager.
bool reader_gone() {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

int run(int argc, char** argv, Globals& globals, ProcessEnd& process_end) {
    require_cryptography();
    Registry registry(globals);
    register_all(registry);
    auto chosen = registry.parse(argc, argv);
    Session session(globals, process_end);
    return chosen(session);
}

}  // namespace

}  // namespace rekey::cli

int main(int argc, char** argv) {
    using namespace rekey;
    using namespace rekey::cli;
    std::setlocale(LC_CTYPE, "");
    // A reader that went away is an error like any other; it must not end a run in the middle.
    std::signal(SIGPIPE, SIG_IGN);
    // So is a file that may not grow any more.
    std::signal(SIGXFSZ, SIG_IGN);
    std::set_terminate(end_without_memory);
    guard_secrets();
    int code = exit_done;
    Globals globals;
    ProcessEnd process_end;
    try {
        code = cli::run(argc, argv, globals, process_end);
    } catch (const Error& e) {
        code = fail(globals, e.message(), e.hint(), honest(exit_code(e.code())));
    } catch (const std::bad_alloc&) {
        code = fail(globals, "out of memory", "", honest(exit_nothing_done));
    } catch (const std::system_error& e) {
        if (e.code().value() != EPIPE || !reader_gone()) code = fail(globals, e.what(), "", honest(exit_nothing_done));
    } catch (const std::exception& e) {
        code = fail(globals, e.what(), "", honest(exit_nothing_done));
    }
    // What was printed but not written is no success: a full disk.
    bool unwritten = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
    if (unwritten && code == exit_done && !reader_gone())
        code = fail(globals, "standard output does not take what is written", "", honest(exit_nothing_done));
    if (process_end.at_once) std::_Exit(code);
    return code;
}
