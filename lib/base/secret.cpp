#include "rekey/base/secret.hpp"

#include <cstring>

namespace rekey {

void wipe(void* data, std::size_t size) {
    if (size != 0) explicit_bzero(data, size);
}

Secret Secret::copy_of(ByteView bytes) {
    Secret secret;
    secret.bytes_.assign(bytes.begin(), bytes.end());
    return secret;
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe(bytes_.data(), bytes_.size());
        bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
}

Secret::~Secret() { wipe(bytes_.data(), bytes_.size()); }

void Secret::shrink(std::size_t size) {
    if (size >= bytes_.size()) return;
    wipe(bytes_.data() + size, bytes_.size() - size);
    bytes_.resize(size);
}

}  // namespace rekey
