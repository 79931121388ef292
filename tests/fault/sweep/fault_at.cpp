// Runs a program and injects one fault at one of its system calls, counted over all of its threads and children.
//
//     fault_at LOG list PROGRAM ARGUMENT...              the calls, one a line: number, thread, name, what it is about
//     fault_at LOG FAULT:NUMBER PROGRAM ARGUMENT...      FAULT: EIO, ENOSPC, SIGKILL or SIGTERM
//     FAULT_RUN=COMMAND [FAULT_WAIT=SECONDS] fault_at LOG RUN:NUMBER PROGRAM ARGUMENT...
//
// RUN is no fault: the call waits until the shell command has ended, and is then made. The command may itself wait for
// a lock that the program holds: after FAULT_WAIT seconds [without end] the program goes on, the command is left to
// run, and this ends when both have ended. The log tells how the command ended, or that it was waited for, and which
// calls the program made from then on.
//
// An error is what that call returns, without being made. A signal goes to the program before the call is made,
// whichever of its threads or children makes it. The log tells what was injected, and last how the program
// ended; this ends with the same code, or 128 and the number of the signal.
//
// Counted are the calls that change something or can fail (watched, below), from the moment when the program ignores
// SIGPIPE: the first thing that its main() does, so that loading libraries is left out. strace's `when=` counts each
// thread by itself: a signal at the 20th open always hits the main thread, and never the 20th of another one.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

using Registers = user_regs_struct;

enum class About { nothing, descriptor, path, path_at, two_paths_at };
struct Watched {
    const char* name;
    About about;
};

const std::map<unsigned long long, Watched> watched = {
    {SYS_open, {"open", About::path}},
    {SYS_openat, {"openat", About::path_at}},
    {SYS_openat2, {"openat2", About::path_at}},
    {SYS_creat, {"creat", About::path}},
    {SYS_write, {"write", About::descriptor}},
    {SYS_writev, {"writev", About::descriptor}},
    {SYS_pwrite64, {"pwrite64", About::descriptor}},
    {SYS_fsync, {"fsync", About::descriptor}},
    {SYS_fdatasync, {"fdatasync", About::descriptor}},
    {SYS_syncfs, {"syncfs", About::descriptor}},
    {SYS_ftruncate, {"ftruncate", About::descriptor}},
    {SYS_fallocate, {"fallocate", About::descriptor}},
    {SYS_rename, {"rename", About::path}},
    {SYS_renameat, {"renameat", About::two_paths_at}},
    {SYS_renameat2, {"renameat2", About::two_paths_at}},
    {SYS_link, {"link", About::path}},
    {SYS_linkat, {"linkat", About::two_paths_at}},
    {SYS_symlink, {"symlink", About::path}},
    {SYS_symlinkat, {"symlinkat", About::path}},
    {SYS_unlink, {"unlink", About::path}},
    {SYS_unlinkat, {"unlinkat", About::path_at}},
    {SYS_rmdir, {"rmdir", About::path}},
    {SYS_mkdir, {"mkdir", About::path}},
    {SYS_mkdirat, {"mkdirat", About::path_at}},
    {SYS_chmod, {"chmod", About::path}},
    {SYS_fchmod, {"fchmod", About::descriptor}},
    {SYS_fchmodat, {"fchmodat", About::path_at}},
    {SYS_chown, {"chown", About::path}},
    {SYS_fchown, {"fchown", About::descriptor}},
    {SYS_flock, {"flock", About::descriptor}},
    {SYS_fcntl, {"fcntl", About::descriptor}},
    {SYS_socket, {"socket", About::nothing}},
    {SYS_connect, {"connect", About::nothing}},
    {SYS_sendto, {"sendto", About::nothing}},
    {SYS_sendmsg, {"sendmsg", About::nothing}},
    {SYS_sendmmsg, {"sendmmsg", About::nothing}},
    {SYS_recvfrom, {"recvfrom", About::nothing}},
    {SYS_recvmsg, {"recvmsg", About::nothing}},
    {SYS_pipe2, {"pipe2", About::nothing}},
    {SYS_clone, {"clone", About::nothing}},
    {SYS_clone3, {"clone3", About::nothing}},
    {SYS_fork, {"fork", About::nothing}},
    {SYS_vfork, {"vfork", About::nothing}},
    {SYS_execve, {"execve", About::path}},
    {SYS_getrandom, {"getrandom", About::nothing}},
    {SYS_exit_group, {"exit_group", About::nothing}},
};

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::_Exit(125);
}

/// Stops only at what is watched: everything else goes on at full speed.
void install_filter() {
    std::vector<sock_filter> filter;
    filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
    std::vector<unsigned> numbers = {SYS_rt_sigaction};
    for (const auto& [number, call] : watched) numbers.push_back(static_cast<unsigned>(number));
    for (unsigned number : numbers) {
        filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
        filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up("no_new_privs");
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) give_up("seccomp");
}

std::string text_at(pid_t thread, unsigned long long address) {
    std::string text(256, '\0');
    iovec here{text.data(), text.size()};
    iovec there{reinterpret_cast<void*>(address), text.size()};  // NOLINT: an address in another process
    ssize_t got = process_vm_readv(thread, &here, 1, &there, 1, 0);
    // Near the end of a mapping less can be had.
    for (; got < 0 && there.iov_len > 1; got = process_vm_readv(thread, &here, 1, &there, 1, 0)) there.iov_len /= 2;
    text.resize(std::strlen(text.c_str()));
    return text;
}

std::string file_of(pid_t thread, unsigned long long descriptor) {
    if (static_cast<int>(descriptor) == AT_FDCWD) return "";
    std::string target(512, '\0');
    auto link = "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(static_cast<int>(descriptor));
    ssize_t length = readlink(link.c_str(), target.data(), target.size());
    target.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return target;
}

std::string about(pid_t thread, const Watched& call, const Registers& at) {
    auto below = [](const std::string& folder, const std::string& name) {
        return folder.empty() || name.starts_with('/') ? name : folder + "/" + name;
    };
    switch (call.about) {
        case About::descriptor:
            return file_of(thread, at.rdi);
        case About::path:
            return text_at(thread, at.rdi);
        case About::path_at:
            return below(file_of(thread, at.rdi), text_at(thread, at.rsi));
        case About::two_paths_at:
            return below(file_of(thread, at.rdi), text_at(thread, at.rsi)) + " -> " +
                   below(file_of(thread, at.rdx), text_at(thread, at.r10));
        case About::nothing:
            break;
    }
    return "";
}

bool counts(unsigned long long number, const Registers& at) {
    if (number != SYS_fcntl) return watched.count(number) != 0;
    return at.rsi == F_SETLK || at.rsi == F_SETLKW || at.rsi == F_OFD_SETLK || at.rsi == F_OFD_SETLKW;
}

struct Fault {
    std::string name;
    long number = 0;  ///< 0: none
    int error = 0;
    int signal = 0;
    const char* command = nullptr;                                ///< run before the call
    std::chrono::duration<double> wait = std::chrono::hours(24);  ///< for the command, before the program goes on
};

Fault parse_fault(const std::string& text) {
    if (text == "list") return {text};
    auto colon = text.find(':');
    Fault fault{text.substr(0, colon), colon == std::string::npos ? 0 : std::atol(text.c_str() + colon + 1)};
    if (fault.name == "EIO") fault.error = EIO;
    if (fault.name == "ENOSPC") fault.error = ENOSPC;
    if (fault.name == "SIGKILL") fault.signal = SIGKILL;
    if (fault.name == "SIGTERM") fault.signal = SIGTERM;
    if (fault.name == "RUN") fault.command = std::getenv("FAULT_RUN");
    if (const char* wait = std::getenv("FAULT_WAIT")) fault.wait = std::chrono::duration<double>(std::atof(wait));
    if (fault.number < 1 || (fault.error == 0 && fault.signal == 0 && fault.command == nullptr)) {
        std::fprintf(stderr, "fault_at: no such fault: %s\n", text.c_str());
        std::exit(125);
    }
    return fault;
}

std::string ending(int status) {
    return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                               : "exit " + std::to_string(WEXITSTATUS(status));
}

/// Runs on by itself, untraced, and ends when this does.
pid_t start_command(const char* command) {
    pid_t child = fork();
    if (child < 0) give_up("start the command");
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl("/bin/sh", "sh", "-c", command, nullptr);
    give_up("/bin/sh");
}

class Tracer {
public:
    Tracer(pid_t program, Fault fault, const char* log) : program_(program), fault_(std::move(fault)), log_(log) {}

    int run() {
        int end = 0;
        for (;;) {
            int status = 0;
            pid_t thread = waitpid(-1, &status, __WALL);
            if (thread < 0 && errno == EINTR) continue;
            if (thread < 0) break;  // all have ended
            if (WIFSTOPPED(status))
                go_on(thread, status);
            else if (thread == program_)
                end = status;
            else if (thread == command_)
                command_ended(status);
        }
        int code = WIFSIGNALED(end) ? 128 + WTERMSIG(end) : WEXITSTATUS(end);
        log_ << "calls " << count_ << "\nended " << ending(end) << std::endl;
        return code;
    }

private:
    void go_on(pid_t thread, int status) {
        int signal = 0;
        int event = status >> 16;
        if (event == PTRACE_EVENT_SECCOMP)
            call(thread);
        else if (event == 0 && WSTOPSIG(status) != SIGSTOP)  // that one is how new threads begin
            signal = WSTOPSIG(status);
        // ESRCH: killed meanwhile.
        if (ptrace(PTRACE_CONT, thread, 0, signal) != 0 && errno != ESRCH) give_up("go on");
    }

    void call(pid_t thread) {
        Registers at{};
        if (ptrace(PTRACE_GETREGS, thread, 0, &at) != 0) return;
        if (!begun_) {
            begun_ = at.orig_rax == SYS_rt_sigaction && at.rdi == SIGPIPE;
            return;
        }
        if (!counts(at.orig_rax, at)) return;
        ++count_;
        const auto& watched_call = watched.at(at.orig_rax);
        bool hit = count_ == fault_.number;
        if (fault_.number == 0 || hit || hit_)
            log_ << (hit ? "injected " + fault_.name + " " : "") << count_ << ' ' << thread << ' ' << watched_call.name
                 << ' ' << about(thread, watched_call, at) << '\n';
        if (!hit) return;
        if (fault_.command != nullptr) {
            hit_ = true;
            run_command();
            return;
        }
        if (fault_.signal != 0) {
            kill(program_, fault_.signal);
            return;
        }
        // At this stop, call -1 is none, and what is in rax is returned.
        at.orig_rax = static_cast<unsigned long long>(-1);
        at.rax = static_cast<unsigned long long>(-static_cast<long long>(fault_.error));
        if (ptrace(PTRACE_SETREGS, thread, 0, &at) != 0) give_up("inject");
    }

    void run_command() {
        command_ = start_command(fault_.command);
        auto until = std::chrono::steady_clock::now() + fault_.wait;
        while (std::chrono::steady_clock::now() < until) {
            int status = 0;
            if (waitpid(command_, &status, WNOHANG) == command_) {
                command_ended(status);
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        log_ << "command waits" << std::endl;
    }

    void command_ended(int status) {
        log_ << "command ended " << ending(status) << std::endl;
        command_ = 0;
    }

    pid_t program_;
    pid_t command_ = 0;  ///< while it runs
    Fault fault_;
    std::ofstream log_;
    bool begun_ = false;
    bool hit_ = false;  ///< the command was started
    long count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: fault_at LOG list|FAULT:NUMBER PROGRAM ARGUMENT...\n");
        return 125;
    }
    Fault fault = parse_fault(argv[2]);
    pid_t program = fork();
    if (program == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) give_up("trace");
        raise(SIGSTOP);
        install_filter();
        execvp(argv[3], argv + 3);
        give_up(argv[3]);
    }
    int status = 0;
    if (program < 0 || waitpid(program, &status, 0) != program) give_up("start");
    long options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                   PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, program, 0, options) != 0) give_up("options");
    ptrace(PTRACE_CONT, program, 0, 0);
    return Tracer(program, std::move(fault), argv[1]).run();
}
