#include "input/edited_file.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "input/document_file.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string editor_of_user() {
    for (const auto* name : {"VISUAL", "EDITOR"})
        if (auto editor = variable(name); !editor.empty()) return editor;
    return "vi";
}

std::string new_folder() {
    auto below = variable("TMPDIR");
    auto path = (below.empty() ? "/var/tmp" : below) + "/rekey-policy-XXXXXX";
    if (mkdtemp(path.data()) == nullptr)
        throw Error(Code::failed, fmt::format("no folder can be made for the editor: {}", std::strerror(errno)),
                    "name one that you may write to: TMPDIR=DIR");
    return path;
}

/// While it lives, Ctrl-C and Ctrl-\ are for the editor alone.
class LeftToEditor {
public:
    LeftToEditor() {
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;
        sigaction(SIGINT, &ignore, &interrupt_);
        sigaction(SIGQUIT, &ignore, &quit_);
    }
    ~LeftToEditor() {
        sigaction(SIGINT, &interrupt_, nullptr);
        sigaction(SIGQUIT, &quit_, nullptr);
    }
    LeftToEditor(const LeftToEditor&) = delete;
    LeftToEditor& operator=(const LeftToEditor&) = delete;

private:
    struct sigaction interrupt_ {};
    struct sigaction quit_ {};
};

/// Starts it by the shell, as its name may come with options; it obeys signals as a program that a shell starts does.
pid_t start(std::string command, std::string path) {
    std::string shell = "sh";
    std::string option = "-c";
    std::array<char*, 6> arguments{shell.data(), option.data(), command.data(), shell.data(), path.data(), nullptr};
    posix_spawnattr_t attributes{};
    posix_spawnattr_init(&attributes);
    sigset_t obeyed{};
    sigemptyset(&obeyed);
    for (int signal : {SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ}) sigaddset(&obeyed, signal);
    posix_spawnattr_setsigdefault(&attributes, &obeyed);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t editor = 0;
    int error = posix_spawn(&editor, "/bin/sh", nullptr, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        throw Error(Code::failed, fmt::format("the editor cannot be started: {}", std::strerror(error)),
                    "name another: EDITOR=vi");
    return editor;
}

int wait_for(pid_t editor) {
    int status = 0;
    while (waitpid(editor, &status, 0) < 0)
        if (errno != EINTR) throw Error(Code::failed, fmt::format("the editor is lost: {}", std::strerror(errno)));
    return status;
}

}  // namespace

EditedFile::EditedFile(const std::string& name, const std::string& text)
    : folder_(new_folder()), path_(folder_ + "/" + name) {
    std::ofstream file(path_, std::ios::binary);
    file << text;
    file.close();
    if (file) return;
    discard();
    throw Error(Code::failed, fmt::format("'{}' cannot be written", printable(path_)),
                "make room, or name another folder: TMPDIR=DIR");
}

void EditedFile::edit() const {
    auto editor = editor_of_user();
    LeftToEditor left;
    int status = wait_for(start(editor + " \"$@\"", path_));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw Error(Code::failed, fmt::format("the editor '{}' failed", printable(editor)),
                    "name another: EDITOR=vi, or load a file: rekey policy load FILE");
}

std::string EditedFile::text() const { return read_document(path_, "the edited policy"); }

void EditedFile::discard() const {
    std::error_code ignored;
    // An editor leaves backups there too.
    std::filesystem::remove_all(folder_, ignored);
}

}  // namespace rekey::cli
