#include <fmt/format.h>

#include <clocale>
#include <cstdio>
#include <exception>
#include <new>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"
#include "rekey/version.hpp"

namespace rekey::cli {

namespace {

void add_globals(CLI::App& app, Globals& globals) {
    app.add_option("--home", globals.home, "Folder with everything [$REKEY_HOME, else $XDG_DATA_HOME/rekey]")
        ->type_name("DIR");
    app.add_option("--config", globals.config, "Configuration [$XDG_CONFIG_HOME/rekey/config.toml]")->type_name("FILE");
    const std::map<std::string, Format> formats{
        {"table", Format::table}, {"json", Format::json}, {"jsonl", Format::jsonl}, {"csv", Format::csv}};
    app.add_option("--output", globals.format, "table, json, jsonl or csv [table]")
        ->type_name("FORMAT")
        ->transform(CLI::Transformer(formats).description(""))
        ->check(CLI::IsMember({Format::table, Format::json, Format::jsonl, Format::csv}).description(""));
    app.add_flag("--json", globals.json, "The same as --output json");
    app.add_flag("-q,--quiet", globals.quiet, "Say only what went wrong");
    app.add_flag("-v,--verbose", globals.verbose, "Say more about what is done");
    app.add_flag("--no-input", globals.no_input, "Never ask anything");
}

int fail(std::string_view message, std::string_view hint, int code) {
    fmt::print(stderr, "rekey: {}\n", message);
    if (!hint.empty()) fmt::print(stderr, "  {}\n", hint);
    return code;
}

/// CLI11's words, with what to do next.
int usage_error(const CLI::App& app, const CLI::ParseError& e) {
    const CLI::App* at = &app;
    std::string path = "rekey";
    while (!at->get_subcommands().empty()) {
        at = at->get_subcommands().front();
        path += " " + at->get_name();
    }
    return fail(printable(e.what()), fmt::format("see: {} --help", path), exit_usage);
}

int run(int argc, char** argv) {
    CLI::App app("Renews the certificates of units and keeps the trail from old to new", "rekey");
    app.set_version_flag("--version", std::string("rekey ") + version);
    app.fallthrough();
    app.require_subcommand(0, 1);
    Globals globals;
    add_globals(app, globals);
    Registry registry(app);
    register_all(registry);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        return usage_error(app, e);
    }
    Session session(globals);
    return registry.chosen()(session);
}

}  // namespace

}  // namespace rekey::cli

int main(int argc, char** argv) {
    using namespace rekey;
    using namespace rekey::cli;
    std::setlocale(LC_CTYPE, "");
    int code = exit_done;
    try {
        code = cli::run(argc, argv);
    } catch (const Error& e) {
        code = fail(e.message(), e.hint(), exit_code(e.code()));
    } catch (const std::bad_alloc&) {
        code = fail("out of memory", "", exit_nothing_done);
    } catch (const std::exception& e) {
        code = fail(e.what(), "", exit_nothing_done);
    }
    // What was printed but not written is no success: a full disk, a closed pipe.
    if (std::fflush(stdout) != 0 && code == exit_done)
        code = fail("standard output does not take what is written", "", exit_nothing_done);
    return code;
}
