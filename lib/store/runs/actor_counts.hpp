#pragma once

#include <functional>
#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// The runs that one actor began, and how their items ended.
struct ActorCount {
    std::string actor;
    std::int64_t runs = 0;
    std::int64_t renewed = 0;  ///< also first certificates, and chains that were replaced
    std::int64_t failed = 0;
};

/// Of runs that began at this second or later, in order of actor.
void each_actor_count(Reader& store, Time since, const std::function<void(const ActorCount&)>& visit);

}  // namespace rekey::store
