// Preloaded into a program: from the moment that its main() begins, the Nth allocation of the process finds no
// memory, counted over all threads and whatever asks (new, malloc, calloc, realloc, aligned ones). Who asks for more
// than a gigabyte at once does so by mistake, and ends with SIGABRT.
//
//     NO_MEMORY_AT      N; 0: never
//     NO_MEMORY_FOR     how many in a row fail [1]; 0: all from then on
//     NO_MEMORY_HIT     a file that is made when the first one fails
//     NO_MEMORY_WAYS    a file that gets, when main() returns, the number of allocations, and then the number of the
//                       first one of each way (call stack) that leads to an allocation
//     NO_MEMORY_DEPTH   how many callers tell two ways apart [64]
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>
#include <unwind.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

// glibc's own, below these names: looking them up by dlsym would allocate.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
int __libc_start_main(int (*program)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
}

namespace {

std::atomic<bool> begun = false;
std::atomic<long> allocations = 0;
long fails_at = 0;
long fails_for = 1;
char hit[4096];
int (*program)(int, char**, char**) = nullptr;

long number(const char* name, long otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::atol(text);
}

/// What was seen of the ways; of fixed size, as nothing here may allocate.
struct Ways {
    static constexpr std::size_t places = 1 << 18;
    std::uint64_t hash[places];
    long first[places];
};
Ways* ways = nullptr;
long depth = 0;
std::mutex ways_mutex;
thread_local bool looking = false;

struct Trail {
    std::uint64_t hash = 14695981039346656037U;
    long depth = 0;
};

_Unwind_Reason_Code follow(_Unwind_Context* context, void* argument) {
    auto* trail = static_cast<Trail*>(argument);
    trail->hash = (trail->hash ^ _Unwind_GetIP(context)) * 1099511628211U;
    return ++trail->depth < depth ? _URC_NO_REASON : _URC_END_OF_STACK;
}

void note_way(long now) {
    if (looking) return;
    looking = true;
    Trail trail;
    _Unwind_Backtrace(follow, &trail);
    std::lock_guard lock(ways_mutex);
    std::size_t place = trail.hash % Ways::places;
    while (ways->first[place] != 0 && ways->hash[place] != trail.hash) place = (place + 1) % Ways::places;
    if (ways->first[place] == 0) {
        ways->hash[place] = trail.hash;
        ways->first[place] = now;
    }
    looking = false;
}

/// Whether this allocation is to find nothing.
bool none_left(std::size_t size) {
    if (!begun) return false;
    if (size > std::size_t{1} << 30) std::abort();
    // What following the way itself needs.
    if (looking) return false;
    long now = ++allocations;
    if (ways != nullptr) note_way(now);
    if (fails_at == 0 || now < fails_at || (fails_for != 0 && now >= fails_at + fails_for)) return false;
    if (now == fails_at && hit[0] != '\0') {
        int fd = ::open(hit, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0) ::close(fd);
    }
    errno = ENOMEM;
    return true;
}

int watched(int argc, char** argv, char** environment) {
    fails_at = number("NO_MEMORY_AT", 0);
    fails_for = number("NO_MEMORY_FOR", 1);
    if (const char* where = std::getenv("NO_MEMORY_HIT")) std::strncpy(hit, where, sizeof hit - 1);
    depth = number("NO_MEMORY_DEPTH", 64);
    const char* told = std::getenv("NO_MEMORY_WAYS");
    std::FILE* out = told == nullptr ? nullptr : std::fopen(told, "we");
    if (out != nullptr) ways = static_cast<Ways*>(std::calloc(1, sizeof(Ways)));
    // Not for programs that this one starts.
    ::unsetenv("LD_PRELOAD");
    begun = true;
    int code = program(argc, argv, environment);
    begun = false;
    if (ways != nullptr) {
        std::fprintf(out, "%ld\n", allocations.load());
        for (long first : ways->first)
            if (first != 0) std::fprintf(out, "%ld\n", first);
        std::fclose(out);
    }
    return code;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) { return none_left(size) ? nullptr : __libc_malloc(size); }

void* calloc(std::size_t count, std::size_t size) {
    return none_left(count * size) ? nullptr : __libc_calloc(count, size);
}

void* realloc(void* memory, std::size_t size) { return none_left(size) ? nullptr : __libc_realloc(memory, size); }

void* memalign(std::size_t alignment, std::size_t size) {
    return none_left(size) ? nullptr : __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    void* got = memalign(alignment, size);
    if (got == nullptr) return ENOMEM;
    *memory = got;
    return 0;
}

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*loader_fini)(), void* stack) {
    program = main;
    auto* next = reinterpret_cast<decltype(&__libc_start_main)>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return next(watched, argc, argv, init, fini, loader_fini, stack);
}
}
