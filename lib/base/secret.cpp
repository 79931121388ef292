#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory_resource>
#include <mutex>

#include "rekey/base/base.hpp"

namespace rekey {

void wipe(void* data, std::size_t size) {
    if (size != 0) explicit_bzero(data, size);
}

namespace {

std::atomic<bool> guarded = false;

/// Memory of secrets, locked when it is got from the system. Not OpenSSL's secure heap: that has one size for all, and
/// once it is full, no key can be read. Beyond the limit (RLIMIT_MEMLOCK), memory is not locked.
class LockedMemory : public std::pmr::memory_resource {
    void* do_allocate(std::size_t size, std::size_t alignment) override {
        void* memory = std::pmr::new_delete_resource()->allocate(size, alignment);
        if (guarded) mlock(memory, size);
        return memory;
    }
    // Its pages stay locked, as other secrets may lie on them.
    void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
        std::pmr::new_delete_resource()->deallocate(memory, size, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

/// Keys and files with keys are small: their memory is locked once, for many of them.
class SecretPool {
public:
    void* allocate(std::size_t size) {
        std::lock_guard lock(mutex_);
        return pool_.allocate(size);
    }
    void deallocate(void* memory, std::size_t size) noexcept {
        std::lock_guard lock(mutex_);
        pool_.deallocate(memory, size);
    }

private:
    std::mutex mutex_;
    LockedMemory system_;
    std::pmr::unsynchronized_pool_resource pool_{{.max_blocks_per_chunk = 64, .largest_required_pool_block = 4096},
                                                 &system_};
};

/// Never destroyed: secrets may outlive everything else.
SecretPool& secrets() {
    static auto& pool = *new SecretPool;
    return pool;
}

}  // namespace

Secret::Secret(std::size_t size) {
    if (size == 0) return;
    data_ = static_cast<std::uint8_t*>(secrets().allocate(size));
    std::memset(data_, 0, size);
    size_ = held_ = size;
}

Secret Secret::copy_of(ByteView bytes) {
    Secret secret(bytes.size());
    std::copy(bytes.begin(), bytes.end(), secret.data_);
    return secret;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        release();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
        held_ = std::exchange(other.held_, 0);
    }
    return *this;
}

Secret::~Secret() { release(); }

void Secret::release() noexcept {
    if (data_ == nullptr) return;
    wipe(data_, held_);
    secrets().deallocate(data_, held_);
}

void Secret::shrink(std::size_t size) {
    if (size >= size_) return;
    wipe(data_ + size, size_ - size);
    size_ = size;
}

namespace {

// OpenSSL's decoders free copies of what they read without wiping them.
void* get_memory(std::size_t size, const char*, int) { return std::malloc(size); }

void free_memory(void* memory, const char*, int) {
    if (memory != nullptr) wipe(memory, malloc_usable_size(memory));
    std::free(memory);
}

void* resize_memory(void* memory, std::size_t size, const char*, int) {
    if (memory == nullptr) return std::malloc(size);
    if (size == 0) {
        free_memory(memory, "", 0);
        return nullptr;
    }
    std::size_t held = malloc_usable_size(memory);
    if (size <= held) return memory;
    void* larger = std::malloc(size);
    if (larger == nullptr) return nullptr;
    std::memcpy(larger, memory, held);
    free_memory(memory, "", 0);
    return larger;
}

}  // namespace

void guard_secrets() {
    // Refused once OpenSSL has allocated something, in a program that calls this late.
    CRYPTO_set_mem_functions(get_memory, resize_memory, free_memory);
    // Not to be had in every container; what it adds to wiping is then missing.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    guarded = true;
}

}  // namespace rekey
