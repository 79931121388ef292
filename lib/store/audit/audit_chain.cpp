#include "store/audit/audit_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <limits>

#include "base/text/shortened.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/audit/audit_rows.hpp"
#include "store/audit/history_conditions.hpp"
#include "store/sql/dialect.hpp"
#include "store/sql/settings.hpp"

namespace rekey::store {

namespace {

/// `<seq> <hash in hex>` of the last entry, apart from the chain, so that a cut end is noticed.
constexpr const char* head_setting = "audit_head";

/// Whether the transaction that is open has an entry. One thread writes to a store at a time.
std::atomic<bool> entry_waits = false;
std::atomic<std::uint64_t> changes = 0;

struct Head {
    std::int64_t seq = 0;
    Sha256 hash{};
};

/// Nothing when the setting is damaged; the empty chain's head when there is none.
std::optional<Head> kept_head(Reader& store) {
    auto text = setting(store, head_setting);
    if (!text) return Head{};
    Head head;
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), head.seq);
    if (error != std::errc{} || *end != ' ' || head.seq < 1) return std::nullopt;
    auto hash = from_hex(end + 1);
    if (!hash || hash->size() != head.hash.size()) return std::nullopt;
    std::copy(hash->begin(), hash->end(), head.hash.begin());
    return head;
}

using SizeBytes = std::array<std::uint8_t, 8>;

/// Behind its size, big-endian: no character can pass from one field to the next unseen.
void append(Bytes& bytes, std::string_view field) {
    SizeBytes size;
    for (std::size_t i = 0; i < size.size(); ++i)
        size[i] = static_cast<std::uint8_t>(std::uint64_t{field.size()} >> (8 * (size.size() - 1 - i)));
    bytes.insert(bytes.end(), size.begin(), size.end());
    bytes.insert(bytes.end(), field.begin(), field.end());
}

/// Goes along the chain and notes what does not fit.
class Checker {
public:
    void see(const AuditEntry& entry) {
        ++result_.entries;
        if (entry.seq < 1) {
            report(fmt::format("entry {} has no place in the chain", entry.seq));
            return;
        }
        if (entry.seq != last_.seq + 1) {
            report(missing(last_.seq + 1, entry.seq - 1));
        } else if (entry.hash != chain_hash(last_.hash, entry)) {
            report(fmt::format("entry {} does not fit its hash, or not the entry before it", entry.seq));
        }
        last_ = {entry.seq, entry.hash};
    }

    AuditCheck finish(const std::optional<Head>& kept) {
        if (!kept)
            report("the record of the last entry is damaged");
        else if (kept->seq > last_.seq)
            report(missing(last_.seq + 1, kept->seq));
        else if (kept->seq < last_.seq)
            report(fmt::format("the last entry should be {}, but there are entries up to {}", kept->seq, last_.seq));
        else if (kept->hash != last_.hash)
            report(fmt::format("entry {} is not the one that was written last", last_.seq));
        if (unreported_ > 0) result_.problems.push_back(fmt::format("and {} more", unreported_));
        if (last_.seq > 0) result_.head = to_hex(last_.hash);
        result_.head_seq = last_.seq;
        return std::move(result_);
    }

private:
    static std::string missing(std::int64_t first, std::int64_t last) {
        if (first == last) return fmt::format("entry {} is missing", first);
        return fmt::format("entries {} to {} are missing", first, last);
    }

    /// Somebody who rewrote all of it must not fill our memory as well.
    void report(std::string problem) {
        if (result_.problems.size() < 100)
            result_.problems.push_back(std::move(problem));
        else
            ++unreported_;
    }

    Head last_;
    AuditCheck result_;
    std::int64_t unreported_ = 0;
};

/// Actions whose subject is a unit or a slot; a tenant may have the name of a unit.
constexpr std::array actions_on_units{"unit.*", "slot.*", "certificate.*", "renewal.*", "key.*"};

/// What the index audit_reason (022_audit_reasons.sql) has of an entry, term for term.
constexpr std::string_view reason_key = R"(CASE WHEN instr(detail, '"reason":"') > 0
    THEN substr(substr(detail, instr(detail, '"reason":"') + 10), 1,
                instr(substr(detail, instr(detail, '"reason":"') + 10), '"') - 1) END)";

/// The same of an entry with this reason: what the entry's JSON has up to the next quote.
std::string reason_key_of(const std::string& reason) {
    constexpr std::string_view before = R"({"reason":")";
    auto json = AuditDetail{{"reason", reason}}.to_json().substr(before.size());
    return json.substr(0, json.find('"'));
}

/// Leads to the entries by their index, which has all reasons but that of most renewals.
void add_reason_index(Condition& condition, const HistoryFilter& filter) {
    auto key = reason_key_of(filter.reason);
    // A unit has fewer entries than a reason, and SQLite cannot know that.
    if (!filter.unit.empty() || key.empty() || key == "expiry") return;
    condition.add(fmt::format(" AND {0} NOT IN ('', 'expiry') AND {0} = ?", reason_key));
    condition.value(std::move(key));
}

void add_reason(Condition& condition, const Dialect& dialect, const HistoryFilter& filter) {
    if (filter.reason.empty()) return;
    add_reason_index(condition, filter);
    // A damaged detail has no reason, and is no error.
    condition.add(fmt::format(" AND CASE WHEN {} THEN {} END = ?", dialect.is_json("detail"),
                              dialect.json_member("detail", "reason")));
    condition.value(filter.reason);
}

Condition audit_condition(const Dialect& dialect, const HistoryFilter& filter) {
    Condition condition;
    add_times(condition, "at", filter);
    add_actor(condition, "actor", filter);
    if (!filter.unit.empty()) {
        add_beginning(condition, "subject", filter.unit, '/');
        condition.add(" AND (0 = 1");
        for (const auto* action : actions_on_units) {
            condition.add(" OR " + dialect.matches("action", "?"));
            condition.value(action);
        }
        condition.add(")");
    }
    add_reason(condition, dialect, filter);
    return condition;
}

}  // namespace

Sha256 chain_hash(const Sha256& previous, const AuditEntry& entry) {
    auto seq = std::to_string(entry.seq);
    auto at = std::to_string(unix_seconds(entry.at));
    const std::array<std::string_view, 6> fields{seq, at, entry.actor, entry.action, entry.subject, entry.detail};
    std::size_t size = previous.size();
    for (auto field : fields) size += sizeof(SizeBytes) + field.size();
    // A chain may have millions of entries: memory is got once for each.
    Bytes bytes;
    bytes.reserve(size);
    bytes.assign(previous.begin(), previous.end());
    for (auto field : fields) append(bytes, field);
    return sha256(bytes);
}

void audit(Transaction& transaction, const Stamp& stamp, const std::string& action, const std::string& subject,
           const AuditDetail& detail) {
    // From the head that was kept, not from the last row: an end that was cut off stays visible. A
    // row beyond it must not stop the fleet; the check will tell.
    Head head = kept_head(transaction).value_or(Head{});
    auto last = std::max(head.seq, count(transaction, "SELECT coalesce(max(seq), 0) FROM audit"));
    if (last == std::numeric_limits<std::int64_t>::max())
        throw Error(Code::corrupt, "the audit chain holds an entry with an impossible number",
                    "see what is wrong with it: rekey audit verify");
    AuditEntry entry;
    entry.seq = last + 1;
    entry.at = stamp.at;
    entry.actor = shortened(stamp.actor);
    entry.action = action;
    entry.subject = shortened(subject);
    entry.detail = detail.to_json();
    entry.hash = chain_hash(head.hash, entry);
    static const std::string add = insert_sql("audit", audit_columns());
    WriteQuery query(transaction, add);
    bind_fields(query, audit_fields, entry);
    query.run();
    set_setting(transaction, head_setting, fmt::format("{} {}", entry.seq, to_hex(entry.hash)));
    entry_waits = true;
}

void count_changes(bool committed) {
    if (entry_waits.exchange(false) && committed) ++changes;
}

std::uint64_t changes_made() { return changes; }

void each_audit(Reader& store, std::int64_t after_seq, const std::function<void(const AuditEntry&)>& visit) {
    Query query(store, fmt::format("SELECT {} FROM audit WHERE seq > ? ORDER BY seq", audit_columns()), after_seq);
    while (query.next()) visit(read_audit(query));
}

bool HistoryFilter::is_empty() const { return !since && !until && actor.empty() && unit.empty() && reason.empty(); }

void each_audit(Reader& store, const HistoryFilter& filter, std::int64_t after_seq,
                const std::function<void(const AuditEntry&)>& visit) {
    if (filter.is_empty()) return each_audit(store, after_seq, visit);
    auto condition = audit_condition(store.backend().dialect(), filter);
    // The order would lead SQLite along the whole chain; the numbers alone come by the index of what is asked for.
    Query query(store, fmt::format("SELECT {} FROM audit WHERE seq > ? AND seq IN (SELECT seq FROM audit WHERE "
                                   "1 = 1{}) ORDER BY seq",
                                   audit_columns(), condition.sql));
    query.bind(after_seq);
    condition.bind(query);
    while (query.next()) visit(read_audit(query));
}

std::optional<Time> last_audit(Reader& store, const std::string& action) {
    // By its subject, which is an index: the trail of a large fleet is not walked for a home without a backup.
    Query query(store, "SELECT at FROM audit WHERE subject = 'home' AND action = ? ORDER BY seq DESC LIMIT 1", action);
    if (!query.next()) return std::nullopt;
    return query.time();
}

AuditCheck verify_audit(Reader& store) {
    Snapshot snapshot(store);
    Checker checker;
    each_audit(store, std::numeric_limits<std::int64_t>::min(), [&](const AuditEntry& entry) { checker.see(entry); });
    return checker.finish(kept_head(store));
}

}  // namespace rekey::store
