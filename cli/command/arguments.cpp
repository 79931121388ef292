#include "command/arguments.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

namespace {

constexpr std::size_t shortest_prefix = 4;
constexpr int shown_candidates = 5;

}  // namespace

store::Labels parse_labels(const std::vector<std::string>& texts) {
    store::Labels labels;
    for (const auto& text : texts) {
        auto equals = text.find('=');
        if (equals == std::string::npos || !is_name(text.substr(0, equals)))
            throw Error(Code::usage, fmt::format("'{}' is not a label", printable(text)),
                        "write it as --label KEY=VALUE");
        auto value = text.substr(equals + 1);
        if (printable(value) != value)
            throw Error(Code::usage,
                        fmt::format("label '{}' has control characters in its value", text.substr(0, equals)));
        labels[text.substr(0, equals)] = value;
    }
    return labels;
}

SlotName parse_slot(const std::string& text) {
    if (auto slot = SlotName::parse(text)) return *slot;
    throw Error(Code::usage, fmt::format("'{}' is not a slot", printable(text)),
                "write it as UNIT/TYPE or UNIT/NODE/TYPE");
}

Period parse_period(const std::string& text, const std::string& option) {
    if (auto period = Period::parse(text)) return *period;
    throw Error(Code::usage, fmt::format("{}: '{}' is not a length of time", option, printable(text)),
                "write it as 30d, 24h, 6mo or 10y");
}

std::optional<Time> parse_date(const std::string& text) {
    // A date is ten characters, and no length of time looks like one.
    return from_rfc3339(text + "T00:00:00Z");
}

store::Unit get_unit(store::Reader& store, const std::string& name) {
    require_name(name, "unit");
    return units::get_unit(store, name);
}

namespace {

/// What the slot holds: first what is in use, then what an issuer of this home signed and the unit showed there
/// without that it was ever the slot's own, the newest first. One at least.
std::vector<store::Certificate> certificates_of(store::Reader& store, const SlotName& name) {
    auto slot = units::get_shown(store, name);
    std::vector<store::Certificate> held;
    if (auto certificate = store::certificate_in_use(store, slot.id)) held.push_back(*certificate);
    auto history = store::history_of(store, slot.id);
    for (auto last = history.rbegin(); last != history.rend(); ++last)
        if (last->issuer_id && last->ended_at == last->recorded_at) held.push_back(*last);
    if (!held.empty()) return held;
    throw Error(Code::not_found, fmt::format("{} is empty", slot.name.to_string()),
                fmt::format("make its first certificate: rekey certs generate {}", slot.name.unit));
}

std::string candidates_in_words(store::Reader& store, const std::vector<store::Certificate>& found) {
    std::string candidates;
    for (const auto& candidate : found) {
        if (!candidates.empty()) candidates += ", ";
        if (&candidate - found.data() == shown_candidates) return candidates + "…";
        auto issuer = candidate.issuer_id ? store::find_issuer(store, *candidate.issuer_id) : std::nullopt;
        candidates += fmt::format("{}{} ({})", issuer ? issuer->name + ":" : "", candidate.facts.number,
                                  candidate.slot.to_string());
    }
    return candidates;
}

/// A number that is written in full is meant, also where others begin with it.
std::vector<store::Certificate> find_numbered(store::Reader& store, const std::string& digits, store::Signers signers,
                                              const std::optional<store::Id>& issuer) {
    constexpr int all_of_one_number = 1000;
    auto found = store::find_by_number(store, digits, issuer ? all_of_one_number : shown_candidates + 1, signers);
    if (issuer) std::erase_if(found, [&](const store::Certificate& each) { return each.issuer_id != issuer; });
    auto whole = found;
    std::erase_if(whole, [&](const store::Certificate& each) { return each.facts.number.size() != digits.size(); });
    return whole.empty() ? found : whole;
}

/// Whoever names a unit where one certificate is meant has all of its certificates to choose from.
void refuse_unit(store::Reader& store, const std::string& named) {
    auto unit = is_name(named) ? store::find_unit(store, named) : std::nullopt;
    if (!unit) return;
    auto slots = store::slots_of(store, unit->id);
    throw Error(Code::usage, fmt::format("'{}' is a unit, and one certificate is meant", named),
                fmt::format("name its slot{}; all of them: rekey certs list {}",
                            slots.empty() ? ", as UNIT/TYPE" : ": " + slots.front().name.to_string(), named));
}

}  // namespace

store::Certificate get_certificate(store::Reader& store, const std::string& named) {
    if (named.find('/') != std::string::npos) return certificates_of(store, parse_slot(named)).front();
    auto colon = named.find(':');
    std::optional<store::Id> issuer;
    if (colon != std::string::npos) issuer = issuers::get(store, named.substr(0, colon)).id;
    auto digits = colon == std::string::npos ? named : named.substr(colon + 1);
    // What others signed may have a number below zero.
    auto unsigned_digits = digits.substr(digits.starts_with('-') ? 1 : 0);
    if (unsigned_digits.empty() || unsigned_digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
        refuse_unit(store, named);
        throw Error(Code::usage, fmt::format("'{}' is neither a certificate number nor a slot", printable(named)),
                    "numbers are hex, ISSUER: before one says whose; slots are UNIT/TYPE or UNIT/NODE/TYPE");
    }
    // Certificates of others on units must not make a number of this home ambiguous.
    auto found = find_numbered(store, digits, store::Signers::here, issuer);
    if (found.empty() && !issuer) found = find_numbered(store, digits, store::Signers::all, issuer);
    if (found.empty()) {
        refuse_unit(store, named);
        throw Error(Code::not_found, fmt::format("there is no certificate {}", named),
                    "see: rekey certs list --history");
    }
    if (found.size() > 1)
        throw Error(Code::usage,
                    fmt::format("'{}' can be several certificates: {}", named, candidates_in_words(store, found)),
                    "give more digits, or the issuer: ISSUER:NUMBER, or name the slot");
    bool whole = found.front().facts.number.size() == digits.size();
    if (!whole && digits.size() < shortest_prefix)
        throw Error(Code::usage, fmt::format("'{}' is too short for a number", named), "give at least four digits");
    return found.front();
}

std::vector<store::Certificate> get_held(store::Reader& store, const std::string& named) {
    if (named.find('/') != std::string::npos) return certificates_of(store, parse_slot(named));
    return {get_certificate(store, named)};
}

std::string form_of_file(const std::string& said, const std::string& file, const std::vector<std::string>& forms) {
    if (!said.empty()) return said;
    auto ending = std::filesystem::path(file).extension().string();
    auto is_named = [&](const std::string& form) {
        return strcasecmp(ending.c_str(), ("." + form).c_str()) == 0 ||
               (form == "html" && strcasecmp(ending.c_str(), ".htm") == 0);
    };
    for (const auto& form : forms)
        if (is_named(form)) return form;
    return forms.front();
}

void write_out(const std::string& content) {
    if (std::fwrite(content.data(), 1, content.size(), stdout) == content.size()) return;
    if (errno == EPIPE) throw std::system_error(errno, std::generic_category());
    throw Error(Code::failed, "standard output does not take what is written", "make room, or write elsewhere");
}

}  // namespace rekey::cli
