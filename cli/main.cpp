#include <fmt/format.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/secret.hpp"

namespace rekey::cli {

namespace {

int fail(std::string_view message, std::string_view hint, int code) {
    auto text = fmt::format("rekey: {}\n", message);
    if (!hint.empty()) text += fmt::format("  {}\n", hint);
    std::fputs(text.c_str(), stderr);
    return code;
}

int run(int argc, char** argv, Leaving& leaving) {
    Globals globals;
    Registry registry(globals);
    register_all(registry);
    auto chosen = registry.parse(argc, argv);
    Session session(globals, leaving);
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
    guard_secrets();
    int code = exit_done;
    Leaving leaving;
    try {
        code = cli::run(argc, argv, leaving);
    } catch (const Error& e) {
        code = fail(e.message(), e.hint(), exit_code(e.code()));
    } catch (const std::bad_alloc&) {
        code = fail("out of memory", "", exit_nothing_done);
    } catch (const std::system_error& e) {
        // Whoever reads what is printed has enough of it: head, a pager.
        if (e.code().value() != EPIPE) code = fail(e.what(), "", exit_nothing_done);
    } catch (const std::exception& e) {
        code = fail(e.what(), "", exit_nothing_done);
    }
    // What was printed but not written is no success: a full disk.
    if (std::fflush(stdout) != 0 && errno != EPIPE && code == exit_done)
        code = fail("standard output does not take what is written", "", exit_nothing_done);
    if (leaving.at_once) std::_Exit(code);
    return code;
}
