#include "store/fleet/name_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/spelling.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/fleet/selection.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

/// Comes after all that begins with a prefix: the last code point there is.
constexpr std::string_view last = "\xF4\x8F\xBF\xBF";

/// One column, and two places for the range of the prefix.
std::string_view query_of(NameKind what) {
    switch (what) {
        case NameKind::unit:
            return "SELECT name FROM units WHERE name >= ? AND name < ? AND removed_at IS NULL ORDER BY name";
        case NameKind::type:
            return "SELECT DISTINCT s.type FROM slots s JOIN units u ON u.id = s.unit_id AND s.declared = 1"
                   " WHERE s.type >= ? AND s.type < ? AND u.removed_at IS NULL ORDER BY s.type";
        case NameKind::tenant:
            return "SELECT name FROM tenants WHERE name >= ? AND name < ? ORDER BY name";
        case NameKind::credential:
            return "SELECT DISTINCT name FROM credentials WHERE name >= ? AND name < ?"
                   " AND state IN ('staged', 'active', 'superseded') ORDER BY name";
        case NameKind::issuer:
            return "SELECT name FROM issuers WHERE name >= ? AND name < ? AND removed_at IS NULL ORDER BY name";
        case NameKind::run:
            return "SELECT CAST(id AS TEXT) FROM runs WHERE CAST(id AS TEXT) >= ? AND CAST(id AS TEXT) < ?"
                   " ORDER BY id DESC";
        case NameKind::policy_revision:
            return "SELECT CAST(revision AS TEXT) FROM policy_revisions WHERE CAST(revision AS TEXT) >= ?"
                   " AND CAST(revision AS TEXT) < ? ORDER BY revision DESC";
        case NameKind::label:
        case NameKind::label_key:
        case NameKind::slot:
            break;
    }
    return "SELECT u.name, s.node, s.type FROM units u JOIN slots s ON s.unit_id = u.id AND s.declared = 1"
           " WHERE u.name >= ? AND u.name < ? AND u.removed_at IS NULL ORDER BY u.name, s.node, s.type";
}

void each_label_key(Reader& store, const std::string& prefix, const std::function<void(const std::string&)>& visit) {
    each_label(store, "", [&](const std::string& key) {
        if (key.starts_with(prefix)) visit(key);
    });
}

/// Keys, or behind a key the values that units have for it.
void each_label_name(Reader& store, const std::string& prefix, const std::function<void(const std::string&)>& visit) {
    auto equals = prefix.find('=');
    if (equals == std::string::npos)
        return each_label_key(store, prefix, [&](const std::string& key) { visit(key + "="); });
    auto key = prefix.substr(0, equals);
    if (key.ends_with('!')) key.pop_back();
    if (key.empty()) return;
    auto comma = prefix.rfind(',');
    while (comma != std::string::npos && prefix[comma - 1] == '\\') comma = prefix.rfind(',', comma - 1);
    auto written = prefix.substr(0, (comma == std::string::npos ? equals : std::max(equals, comma)) + 1);
    each_label(store, key, [&](const std::string& value) {
        auto name = written + escaped_label_value(value);
        if (name.starts_with(prefix)) visit(name);
    });
}

}  // namespace

void each_name(Reader& store, NameKind what, const std::string& prefix,
               const std::function<void(const std::string&)>& visit) {
    if (what == NameKind::label) return each_label_name(store, prefix, visit);
    if (what == NameKind::label_key) return each_label_key(store, prefix, visit);
    auto slash = what == NameKind::slot ? prefix.find('/') : std::string::npos;
    auto first = prefix.substr(0, slash);
    // Once the unit is written in full, only its slots are looked at.
    Query query(store, query_of(what), first, slash == std::string::npos ? first + std::string(last) : first + '\x01');
    while (query.next()) {
        auto name = what == NameKind::slot ? query.slot_name().to_string() : query.text();
        if (name.starts_with(prefix)) visit(name);
    }
}

std::string did_you_mean(Reader& store, NameKind what, const std::string& written, const std::string& otherwise) {
    Nearest nearest(written);
    // Of a slot the unit is right, where there is one of that name.
    auto slash = what == NameKind::slot ? written.find('/') + 1 : 0;
    each_name(store, what, written.substr(0, slash), [&](const std::string& name) { nearest.offer(name); });
    const auto& found = nearest.found();
    return found ? fmt::format("did you mean '{}'? {}", printable(*found), otherwise) : otherwise;
}

}  // namespace rekey::store
