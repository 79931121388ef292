#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "rekey/base/bytes.hpp"
#include "rekey/base/export.hpp"

namespace rekey {

/// Bytes that must not leak: move-only, wiped on destruction, and neither
/// streams nor fmt will print it (there is no formatter, and no conversion to text).
/// Its size is fixed at birth, so that no copy is left behind by growth.
class REKEY_EXPORT Secret {
public:
    Secret() = default;
    /// `size` zero bytes, to be filled through `data()`.
    explicit Secret(std::size_t size) : bytes_(size) {}
    /// Copies; the caller wipes its own copy.
    static Secret copy_of(ByteView bytes);

    Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::uint8_t* data() { return bytes_.data(); }
    ByteView view() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    /// Wipes what is beyond `size` and forgets it; never grows.
    void shrink(std::size_t size);

private:
    std::vector<std::uint8_t> bytes_;
};

/// Overwrites in a way that the compiler does not remove.
REKEY_EXPORT void wipe(void* data, std::size_t size);

}  // namespace rekey
