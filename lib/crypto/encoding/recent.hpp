#pragma once

#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// An order of contents: by size, and by their bytes where that is the same.
struct ContentOrder {
    using is_transparent = void;
    bool operator()(ByteView one, ByteView other) const {
        if (one.size() != other.size()) return one.size() < other.size();
        return !one.empty() && std::memcmp(one.data(), other.data(), one.size()) < 0;
    }
};

/// What was made of the last contents that were looked at: the same bytes are not parsed again. `Key` is the content
/// itself, which a digest would cost more to find, or, of what is secret, its digest. Safe to use from any thread.
/// `Value` is cheap to copy and says nothing that is secret.
template <class Key, class Value, class Order = std::less<Key>>
class Recent {
public:
    explicit Recent(std::size_t most) : most_(most) {}

    template <class Asked>
    std::optional<Value> find(const Asked& key) {
        std::lock_guard lock(mutex_);
        auto found = values_.find(key);
        if (found == values_.end()) return std::nullopt;
        return found->second;
    }

    void keep(Key key, const Value& value) {
        std::lock_guard lock(mutex_);
        auto [kept, is_new] = values_.try_emplace(std::move(key), value);
        if (!is_new) return;
        if (order_.size() < most_) return order_.push_back(kept);
        auto& oldest = order_[next_++ % most_];
        values_.erase(oldest);
        oldest = kept;
    }

private:
    using Values = std::map<Key, Value, Order>;

    std::mutex mutex_;
    Values values_;
    std::size_t most_;
    std::vector<typename Values::iterator> order_;  ///< a ring, once it is full
    std::size_t next_ = 0;
};

/// Of what is public.
template <class Value>
using RecentContents = Recent<Bytes, Value, ContentOrder>;

/// Of what is secret: by the SHA-256 of the content.
template <class Value>
using RecentDigests = Recent<Sha256, Value>;

}  // namespace rekey::crypto
