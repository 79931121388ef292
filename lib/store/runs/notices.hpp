#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// The findings that people know of, by the identity of each. A round is one look at all findings; what is gone is
/// what the newest round did not meet.

/// When a notice last had it; nothing: never, or it was gone since.
std::optional<Time> told_at(Reader& store, const std::string& identity);
std::int64_t count_notices(Reader& store);

/// The number for a new round.
std::int64_t next_notice_round(Reader& store);
/// A notice has it, now.
void record_notice(Transaction& transaction, const std::string& identity, Time at, std::int64_t round);
/// This round met it, without a new notice. Does nothing for a finding that no notice ever had.
void keep_notice(Transaction& transaction, const std::string& identity, std::int64_t round);
/// Forgets what an earlier round met last.
void forget_notices_before(Transaction& transaction, std::int64_t round);

}  // namespace rekey::store
