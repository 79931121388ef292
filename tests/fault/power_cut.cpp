// Preloaded into a program: right before the Nth call that makes something durable or visible, the filesystem
// of a folder is shut down as if the power had failed, and the process ends. Counted over all threads, which
// strace cannot do.
//
//     POWER_CUT_AT      N; 0: never
//     POWER_CUT_FOLDER  a folder of that filesystem
//     POWER_CUT_MODE    1: what the journal has in memory is written first; 2: it is lost
//     POWER_CUT_LYING   when set, nothing is synced any more, though the calls say so: the test must notice
//     POWER_CUT_COUNT   a file elsewhere that gets the number of calls when the process ends by itself
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/types.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

std::atomic<long> calls = 0;
long cut_at = 0;
int folder = -1;
bool lying = false;
std::uint32_t mode = 0;

// XFS_IOC_GOINGDOWN, which ext4 and others understand too.
constexpr unsigned long going_down = _IOR('X', 125, std::uint32_t);

__attribute__((constructor)) void begin() {
    const char* at = std::getenv("POWER_CUT_AT");
    const char* where = std::getenv("POWER_CUT_FOLDER");
    const char* how = std::getenv("POWER_CUT_MODE");
    if (at == nullptr || where == nullptr || how == nullptr) std::abort();
    cut_at = std::atol(at);
    mode = static_cast<std::uint32_t>(std::atol(how));
    folder = ::open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) std::abort();
    lying = std::getenv("POWER_CUT_LYING") != nullptr;
    // Not for programs that this one starts.
    ::unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) void end() {
    const char* where = std::getenv("POWER_CUT_COUNT");
    if (where == nullptr) return;
    if (std::FILE* out = std::fopen(where, "w")) {
        std::fprintf(out, "%ld\n", calls.load());
        std::fclose(out);
    }
}

void one_call() {
    if (++calls != cut_at) return;
    if (::ioctl(folder, going_down, &mode) != 0) std::abort();
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// NOLINTBEGIN
#define COUNTED(name, parameters, arguments)                   \
    extern "C" int name parameters {                           \
        static auto* const next = real<int parameters>(#name); \
        one_call();                                            \
        return next arguments;                                 \
    }

#define SYNCING(name, parameters)                              \
    extern "C" int name parameters {                           \
        static auto* const next = real<int parameters>(#name); \
        one_call();                                            \
        return lying ? 0 : next(fd);                           \
    }

SYNCING(fsync, (int fd))
SYNCING(fdatasync, (int fd))
SYNCING(syncfs, (int fd) noexcept)
COUNTED(ftruncate, (int fd, off_t size) noexcept, (fd, size))
COUNTED(ftruncate64, (int fd, off64_t size) noexcept, (fd, size))
COUNTED(rename, (const char* from, const char* to) noexcept, (from, to))
COUNTED(renameat, (int a, const char* from, int b, const char* to) noexcept, (a, from, b, to))
COUNTED(renameat2, (int a, const char* from, int b, const char* to, unsigned flags) noexcept, (a, from, b, to, flags))
COUNTED(link, (const char* from, const char* to) noexcept, (from, to))
COUNTED(linkat, (int a, const char* from, int b, const char* to, int flags) noexcept, (a, from, b, to, flags))
COUNTED(symlink, (const char* target, const char* name) noexcept, (target, name))
COUNTED(symlinkat, (const char* target, int at, const char* name) noexcept, (target, at, name))
COUNTED(unlink, (const char* name) noexcept, (name))
COUNTED(unlinkat, (int at, const char* name, int flags) noexcept, (at, name, flags))
COUNTED(rmdir, (const char* name) noexcept, (name))
COUNTED(mkdir, (const char* name, mode_t how) noexcept, (name, how))
COUNTED(mkdirat, (int at, const char* name, mode_t how) noexcept, (at, name, how))
// NOLINTEND
