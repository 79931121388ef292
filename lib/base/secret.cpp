#include "rekey/base/secret.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace rekey {

void wipe(void* data, std::size_t size) {
    if (size != 0) explicit_bzero(data, size);
}

Secret::Secret(std::size_t size) {
    if (size == 0) return;
    void* memory = OPENSSL_secure_malloc(size);
    // The secure heap is small. What finds no place there is wiped all the same.
    if (memory == nullptr) memory = OPENSSL_malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    data_ = static_cast<std::uint8_t*>(memory);
    size_ = held_ = size;
    std::fill_n(data_, size_, std::uint8_t{0});
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

void Secret::release() noexcept { OPENSSL_secure_clear_free(data_, held_); }

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
    constexpr std::size_t heap = 1 << 20;
    constexpr std::size_t smallest = 32;
    // Refused once OpenSSL has allocated something, in a program that calls this late.
    CRYPTO_set_mem_functions(get_memory, resize_memory, free_memory);
    // Neither can be had everywhere (containers, limits); what they add to wiping is then missing.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (CRYPTO_secure_malloc_initialized() == 0) CRYPTO_secure_malloc_init(heap, smallest);
}

}  // namespace rekey
