#include "arguments.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "rekey/base/error.hpp"
#include "rekey/store/certificates.hpp"

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
            throw Error(Code::usage, fmt::format("'{}' is no label", printable(text)), "write it as --label KEY=VALUE");
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
    throw Error(Code::usage, fmt::format("'{}' is no slot", printable(text)),
                "write it as UNIT/TYPE or UNIT/NODE/TYPE");
}

Period parse_period(const std::string& text, const std::string& option) {
    if (auto period = Period::parse(text)) return *period;
    throw Error(Code::usage, fmt::format("{}: '{}' is no length of time", option, printable(text)),
                "write it as 30d, 24h, 6mo or 10y");
}

store::Unit get_unit(store::Store& store, const std::string& name) {
    require_name(name, "unit");
    return units::get_unit(store, name);
}

store::Certificate get_certificate(store::Store& store, const std::string& number_or_slot) {
    if (number_or_slot.find('/') != std::string::npos) {
        auto slot = units::get_slot(store, parse_slot(number_or_slot));
        if (auto certificate = store::certificate_in_use(store, slot.id)) return *certificate;
        throw Error(Code::not_found, fmt::format("{} is empty", slot.name.to_string()),
                    fmt::format("make its first certificate: rekey certs generate {}", slot.name.unit));
    }
    // What others signed may have a number below zero.
    auto digits = number_or_slot.substr(number_or_slot.starts_with('-') ? 1 : 0);
    bool hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    if (!hex || digits.empty())
        throw Error(Code::usage,
                    fmt::format("'{}' is neither a certificate number nor a slot", printable(number_or_slot)),
                    "numbers are hex; slots are UNIT/TYPE or UNIT/NODE/TYPE");
    auto found = store::find_by_number(store, number_or_slot, shown_candidates + 1);
    for (const auto& candidate : found)
        if (candidate.facts.number.size() == number_or_slot.size() && found.size() == 1) return candidate;
    if (found.empty())
        throw Error(Code::not_found, fmt::format("there is no certificate {}", number_or_slot),
                    "see: rekey certs list --history");
    if (found.size() == 1 && number_or_slot.size() >= shortest_prefix) return found.front();
    if (found.size() == 1)
        throw Error(Code::usage, fmt::format("'{}' is too short for a number", number_or_slot),
                    "give at least four digits");
    std::string candidates;
    for (const auto& candidate : found) {
        if (!candidates.empty()) candidates += ", ";
        if (static_cast<int>(&candidate - found.data()) == shown_candidates)
            candidates += "…";
        else
            candidates += fmt::format("{} ({})", candidate.facts.number, candidate.slot.to_string());
    }
    throw Error(Code::usage, fmt::format("'{}' can be several certificates: {}", number_or_slot, candidates),
                "give more digits, or name the slot");
}

void write_out(const std::string& content) {
    if (std::fwrite(content.data(), 1, content.size(), stdout) == content.size()) return;
    if (errno == EPIPE) throw std::system_error(errno, std::generic_category());
    throw Error(Code::failed, "standard output does not take what is written", "make room, or write elsewhere");
}

}  // namespace rekey::cli
