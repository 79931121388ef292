#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include "rekey/base/base.hpp"

namespace rekey {

void wipe(void* data, std::size_t size) {
    if (size != 0) explicit_bzero(data, size);
}

namespace {

std::atomic<bool> guarded = false;

}  // namespace

Secret::Secret(std::size_t size) {
    if (size == 0) return;
    data_ = new std::uint8_t[size]();
    size_ = held_ = size;
    // Not OpenSSL's secure heap: that has one size for all, and once it is full, no key can be read.
    // Pages stay locked, as other secrets may lie on them; beyond the limit they are not locked.
    if (guarded) mlock(data_, size_);
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
    wipe(data_, held_);
    delete[] data_;
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
