#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "rekey/base/bytes.hpp"
#include "rekey/base/export.hpp"

namespace rekey {

/// Bytes that must not leak: move-only, wiped on destruction, and neither
/// streams nor fmt will print it (there is no formatter, and no conversion to text).
/// Its size is fixed at birth, so that no copy is left behind by growth. After `guard_secrets` it
/// lies in memory that is not swapped out, as far as limits allow.
class REKEY_EXPORT Secret {
public:
    Secret() = default;
    /// `size` zero bytes, to be filled through `data()`.
    explicit Secret(std::size_t size);
    /// Copies; the caller wipes its own copy.
    static Secret copy_of(ByteView bytes);

    Secret(Secret&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0)),
          held_(std::exchange(other.held_, 0)) {}
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::uint8_t* data() { return data_; }
    ByteView view() const { return {data_, size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// Wipes what is beyond `size` and forgets it; never grows.
    void shrink(std::size_t size);

private:
    void release() noexcept;

    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t held_ = 0;
};

/// Asked for a passphrase when one is needed; an empty secret means that there is none to give.
using AskPassphrase = std::function<Secret()>;

/// Prepares a process for secrets, for its whole life: the kernel writes no core of it and lets no
/// other process of the user look into it, secrets are locked into memory where limits allow
/// (RLIMIT_MEMLOCK), and OpenSSL wipes all memory that it gives back. Call it once, before anything else
/// uses OpenSSL and before other threads begin. Programs that it starts are not affected.
REKEY_EXPORT void guard_secrets();

/// Overwrites in a way that the compiler does not remove.
REKEY_EXPORT void wipe(void* data, std::size_t size);

}  // namespace rekey
