#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "store/records/archive_rows.hpp"
#include "store/tenants/payload_entries.hpp"

/// What the records of an archive consist of, said once for writing and reading. A text is its length (4
/// bytes) and its bytes; a number, and a time in seconds since 1970, 8 bytes; a yes or no one byte, also
/// before what may be missing; a digest 32 bytes. All numbers are big-endian.
namespace rekey::tenants {

class Packer {
public:
    void operator()(const std::string& text) {
        number(text.size(), 4);
        out_.insert(out_.end(), text.begin(), text.end());
    }
    void operator()(std::int64_t value) { number(static_cast<std::uint64_t>(value), 8); }
    void operator()(bool value) { out_.push_back(value ? 1 : 0); }
    void operator()(Time value) { (*this)(unix_seconds(value)); }
    void operator()(Seconds value) { (*this)(std::int64_t{value.count()}); }
    void operator()(const std::optional<Time>& value) {
        (*this)(value.has_value());
        if (value) (*this)(*value);
    }
    void operator()(const Sha256& digest) { out_.insert(out_.end(), digest.begin(), digest.end()); }

    void number(std::uint64_t value, int size) {
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
            out_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    /// Whether what was added to a kind of record later follows; where it says nothing, it is left out.
    static bool follows(bool says_something) { return says_something; }
    const Bytes& bytes() const { return out_; }
    void clear() { out_.clear(); }

private:
    Bytes out_;
};

/// Throws Code::corrupt where a record is not what it should be.
class Unpacker {
public:
    explicit Unpacker(ByteView record) : rest_(record) {}

    void operator()(std::string& text) { text = text_of(take(static_cast<std::size_t>(number(4)))); }
    void operator()(std::int64_t& value) { value = static_cast<std::int64_t>(number(8)); }
    void operator()(bool& value) { value = number(1) != 0; }
    void operator()(Time& value) { value = from_unix(static_cast<std::int64_t>(number(8))); }
    void operator()(Seconds& value) { value = Seconds{static_cast<std::int64_t>(number(8))}; }
    void operator()(std::optional<Time>& value) {
        value.reset();
        if (number(1) != 0) (*this)(value.emplace());
    }
    void operator()(Sha256& digest);

    std::uint64_t number(std::size_t size);
    bool follows(bool) const { return !rest_.empty(); }
    ByteView rest() const { return rest_; }
    /// Throws when there is more.
    void finish() const;

private:
    ByteView take(std::size_t size);
    ByteView rest_;
};

/// A rotation, whose credentials have their uids for names.
struct RotationRow : store::Rotation {
    std::string old_uid;  ///< may be empty
    std::string new_uid;
};
struct EntryRow : store::AcceptedEntry {
    std::string credential_uid;
};

/// Of a device or coverage: its key, the position in its history, and the rest, each in the order of the list.
template <class Fields, class Row>
void listed_fields(Fields& f, Row& row) {
    store::each_field(store::fields_of(row), [&](auto field) {
        if constexpr (field.role == store::Role::key) f(row.*field.member);
    });
    f(row.position);
    store::each_field(store::fields_of(row), [&](auto field) {
        if constexpr (field.role != store::Role::key) f(row.*field.member);
    });
}

template <class Fields, class Row>
void device_fields(Fields& f, Row& row) {
    listed_fields(f, row);
    f(row.seen_in_sync);
    f(row.covered_by);
    // By a credential of the home that it comes from, whose number says nothing here.
    bool unproven = row.unproven_by != 0;
    if (!f.follows(unproven)) return;
    f(unproven);
    if constexpr (!std::is_const_v<Row>) row.unproven_by = unproven ? store::nobody : 0;
}

template <class Fields, class Row>
void coverage_fields(Fields& f, Row& row) {
    listed_fields(f, row);
}

/// `state`: its word. Whether there is a key comes last, and then the key, PEM, to the end of the record.
template <class Fields, class Row, class Word>
void credential_fields(Fields& f, Row& row, Word&& state) {
    store::each_field(store::credential_fields, [&](auto field) {
        if constexpr (std::is_enum_v<std::decay_t<decltype(row.*field.member)>>)
            f(state);
        else
            f(row.*field.member);
    });
    store::each_field(store::health_fields, [&](auto field) { f(row.health.*field.member); });
}

template <class Fields, class Row, class Word>
void rotation_fields(Fields& f, Row& row, Word&& state) {
    f(row.old_uid);
    f(row.new_uid);
    f(state);
    f(row.offline);
    f(row.keep_prior);
    f(row.started_at);
    f(row.cut_over_at);
    f(row.confirmed_at);
    f(row.prior_destroyed_at);
    f(row.actor);
    f(row.cause);
    if (!f.follows(row.different_accepted || !row.reason.empty() || !row.comment.empty())) return;
    f(row.different_accepted);
    f(row.reason);
    f(row.comment);
}

template <class Fields, class Row, class Word>
void sync_fields(Fields& f, Row& row, Word&& phase) {
    f(row.generation);
    f(phase);
    f(row.cursor);
    f(row.pages);
    f(row.seen);
    f(row.added);
    f(row.changed);
    f(row.returned);
    f(row.gone);
    f(row.asked);
    f(row.actor);
    f(row.started_at);
    f(row.finished_at);
}

template <class Fields, class Row>
void entry_fields(Fields& f, Row& row) {
    f(row.entry_id);
    f(row.version);
    f(row.digest);
    f(row.credential_uid);
    f(row.accepted_at);
}

template <class Fields, class Row>
void audit_fields(Fields& f, Row& row) {
    store::each_field(store::audit_fields, [&](auto field) { f(row.*field.member); });
}

}  // namespace rekey::tenants
