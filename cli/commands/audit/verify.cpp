#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "views/audit_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

/// Fewer digits are in a long chain by chance.
constexpr std::size_t shortest_head = 8;
constexpr std::size_t digits_in_hash = 64;

/// As `to_hex` has them.
std::string digits_of(const std::string& noted) {
    std::string digits;
    for (char c : noted) {
        bool is_digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
        if (!is_digit)
            throw Error(Code::usage, fmt::format("--head: '{}' is not a hash", printable(noted)), "it is hex");
        digits += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (digits.size() < shortest_head || digits.size() > digits_in_hash)
        throw Error(Code::usage, fmt::format("--head: '{}' has {} digits", digits, digits.size()),
                    fmt::format("give the hash that was noted, or its first {} digits at least; without --head, the "
                                "chain alone is checked",
                                shortest_head));
    return digits;
}

/// A trail, and the entry whose hash begins with the digits that were noted; the last, where several do.
struct CheckedTrail {
    store::AuditCheck check;
    std::optional<std::int64_t> noted_entry;
};

CheckedTrail check_trail(Session& session, const std::string& file, const std::string& digits) {
    std::optional<std::int64_t> found;
    auto compare = [&](const store::AuditEntry& entry) {
        if (!digits.empty() && to_hex(entry.hash).starts_with(digits)) found = entry.seq;
    };
    if (!file.empty()) {
        auto check = store::verify_exported_audit(file, compare);
        return {std::move(check), found};
    }
    auto& store = session.home_for_reading().store();
    auto check = store::verify_audit(store);
    if (!digits.empty()) store::each_audit(store, 0, compare);
    return {std::move(check), found};
}

/// Where one entry was changed, many may not fit: people want the first ones.
void shorten_problems(std::vector<std::string>& problems) {
    constexpr std::size_t most_shown = 3;
    if (problems.size() <= most_shown) return;
    auto more = problems.size() - most_shown;
    problems.resize(most_shown);
    problems.push_back(fmt::format("and {} more, in --output json", more));
}

int verify(Session& session, const std::string& file, const std::optional<std::string>& noted) {
    auto digits = noted ? digits_of(*noted) : "";
    auto [check, entry] = check_trail(session, file, digits);
    Json object{{"entries", check.entries}, {"head", check.head}};
    if (noted) {
        object["noted"] = digits;
        object["noted_entry"] = entry ? Json(*entry) : Json();
        if (!entry)
            check.problems.push_back(
                fmt::format("no entry has the noted hash {}: the chain was replaced or cut", digits));
        else
            session.note(fmt::format("the noted hash {} is that of entry {}", digits, *entry));
    }
    if (!file.empty() && !noted)
        session.note("only a hash noted elsewhere tells whether the end is missing", {},
                     fmt::format("compare with it: rekey audit verify {} --head HASH", printable(file)));
    bool sound = check.problems.empty();
    object["sound"] = sound;
    if (session.format() == OutputFormat::table) shorten_problems(check.problems);
    object["problems"] = check.problems;
    print_object(session, object);
    return sound ? exit_done : exit_refused;
}

}  // namespace

void audit_verify(Registry& registry) {
    registry.command("audit verify", "Check the chain of the trail", [](Command& command) -> Run {
        auto head = std::make_shared<std::optional<std::string>>();
        auto file = std::make_shared<std::string>();
        command.optional_argument("FILE", *file,
                                  "A trail that audit export wrote, checked without a home [that of the home]");
        command.option("--head", "HASH", *head,
                       "A hash noted earlier, or at least its first 8 digits; it must be in the chain");
        command.example("rekey audit verify");
        command.example("rekey audit verify --head 5f2d90c4", "with a hash noted earlier");
        command.example("rekey audit verify trail.jsonl --head 5f2d90c4", "what was exported, anywhere");
        command.ending(exit_refused, "The chain is broken, or the noted hash is not in it.");
        return [head, file](Session& session) { return verify(session, *file, *head); };
    });
}

}  // namespace rekey::cli
