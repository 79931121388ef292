#pragma once

#include <tuple>

#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

/// What a run is: columns and JSON follow from this list. How it ended is shown in words of its own.
inline constexpr std::tuple run_fields{
    record_field<Shown::in_lists>("command", &Run::command),
    record_field<Shown::in_lists>("selection", &Run::selection),
    record_field<Shown::in_lists>("reason", &Run::reason),
    record_field<Shown::in_lists>("issuer", &Run::issuer),
    record_field<Shown::in_lists>("comment", &Run::comment),
    record_field<Shown::in_lists>("actor", &Run::actor),
    record_field<Shown::in_lists>("started_at", &Run::started_at),
    record_field<Shown::in_lists>("finished_at", &Run::finished_at),
    record_field<Shown::never>("ending", &Run::ending),
};

}  // namespace rekey::store
