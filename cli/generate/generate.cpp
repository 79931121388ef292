#include "generate.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "bash.hpp"
#include "command/commands.hpp"
#include "command/value_names.hpp"
#include "fish.hpp"
#include "man_page.hpp"
#include "rekey/base/base.hpp"
#include "zsh.hpp"

namespace rekey::cli::generate {

namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Every example is a line that the program takes.
void check_examples(const Registry& registry) {
    for (const auto& command : registry.commands())
        for (const auto& example : command.examples) {
            std::istringstream line(example.line);
            std::vector<std::string> words{std::istream_iterator<std::string>(line), {}};
            std::vector<const char*> arguments;
            for (const auto& word : words) arguments.push_back(word.c_str());
            // A parser takes one line.
            Globals globals;
            Registry fresh(globals);
            register_all(fresh);
            try {
                fresh.parse(static_cast<int>(arguments.size()), arguments.data());
            } catch (const Error& e) {
                throw Error(Code::usage, fmt::format("example '{}': {}", example.line, e.message()),
                            fmt::format("mend it in the file of '{}'", command.path));
            }
        }
}

Files all(const Registry& registry, const std::string& sources) {
    auto files = man_pages(registry, [&](const std::string& path) { return content_of(sources + "/" + path); });
    files["completions/rekey.bash"] = bash(registry);
    files["completions/_rekey"] = zsh(registry);
    files["completions/rekey.fish"] = fish(registry);
    return files;
}

int run(const std::string& sources, bool only_check) {
    Globals globals;
    Registry registry(globals);
    register_all(registry);
    check_examples(registry);
    int stale = 0;
    for (const auto& [path, content] : all(registry, sources)) {
        if (content_of(sources + "/" + path) == content) continue;
        ++stale;
        fmt::print("{}: {}\n", path, only_check ? "is not what the commands say" : "brought up to date");
        if (only_check) continue;
        std::ofstream file(sources + "/" + path, std::ios::binary);
        file << content;
        if (!file.flush()) throw Error(Code::failed, path + " cannot be written");
    }
    if (!only_check || stale == 0) return 0;
    fmt::print("run: cmake --build BUILD --target generate, and commit what it changed\n");
    return 1;
}

}  // namespace

std::string kind_of(const Parameter& parameter) {
    for (const auto& named : value_names())
        if (named.values == parameter.values) return named.word;
    switch (parameter.values) {
        case Values::file:
            return "file";
        case Values::folder:
            return "folder";
        case Values::choice:
            return "choice";
        case Values::command:
            return "command";
        case Values::address:
            return "address";
        default:
            return "text";
    }
}

std::string in_quotes(const std::string& text, const std::string& quote) {
    std::string quoted = "'";
    for (char c : text) quoted += c == '\'' ? quote : std::string(1, c);
    return quoted + "'";
}

}  // namespace rekey::cli::generate

/// `rekey_generate [--check] SOURCES`
int main(int argc, char** argv) {
    using namespace rekey;
    bool only_check = argc == 3 && std::string(argv[1]) == "--check";
    if (argc != (only_check ? 3 : 2)) {
        fmt::print(stderr, "usage: rekey_generate [--check] SOURCES\n");
        return 2;
    }
    try {
        return cli::generate::run(argv[argc - 1], only_check);
    } catch (const Error& e) {
        fmt::print(stderr, "rekey_generate: {}\n  {}\n", e.message(), e.hint());
    } catch (const std::exception& e) {
        fmt::print(stderr, "rekey_generate: {}\n", e.what());
    }
    return 1;
}
