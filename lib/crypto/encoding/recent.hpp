#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// What was made of the last contents that were looked at, by the SHA-256 of the content: the same bytes are not
/// parsed again. Safe to use from any thread. `Value` is cheap to copy and says nothing that is secret.
template <class Value>
class Recent {
public:
    explicit Recent(std::size_t most) : most_(most) {}

    std::optional<Value> find(const Sha256& digest) {
        std::lock_guard lock(mutex_);
        auto found = values_.find(digest);
        if (found == values_.end()) return std::nullopt;
        return found->second;
    }

    void keep(const Sha256& digest, const Value& value) {
        std::lock_guard lock(mutex_);
        if (!values_.try_emplace(digest, value).second) return;
        if (order_.size() < most_) return order_.push_back(digest);
        auto& oldest = order_[next_++ % most_];
        values_.erase(oldest);
        oldest = digest;
    }

private:
    std::mutex mutex_;
    std::map<Sha256, Value> values_;
    std::size_t most_;
    std::vector<Sha256> order_;  ///< a ring, once it is full
    std::size_t next_ = 0;
};

}  // namespace rekey::crypto
