#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/lists/text_file.hpp"
#include "base/text/flat_json.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"

namespace rekey::store {

namespace {

constexpr std::size_t members_of_entry = std::tuple_size_v<decltype(audit_fields)>;

/// One line of an export.
class ExportedLine {
public:
    /// Nothing where it is no entry, or has more members than the hash covers. Of two with one name, other programs may
    /// take the other one.
    std::optional<AuditEntry> read(std::string_view line) {
        bool is_read = json_.read(line) && json_.is_object(FlatJson::root) && !json_.had_equal_names();
        if (!is_read || count_members() != members_of_entry) return std::nullopt;
        AuditEntry entry;
        auto seq = integer("seq");
        auto at = from_rfc3339(json_.text(member("at", FlatJson::Kind::text)));
        auto hash = from_hex(json_.text(member("hash", FlatJson::Kind::text)));
        if (missing_ || !seq || !at || !hash || hash->size() != entry.hash.size()) return std::nullopt;
        entry.seq = *seq;
        entry.at = *at;
        entry.actor = json_.text(member("actor", FlatJson::Kind::text));
        entry.action = json_.text(member("action", FlatJson::Kind::text));
        entry.subject = json_.text(member("subject", FlatJson::Kind::text));
        entry.detail = json_.text(member("detail", FlatJson::Kind::text));
        std::ranges::copy(*hash, entry.hash.begin());
        return missing_ ? std::nullopt : std::optional(std::move(entry));
    }

private:
    std::size_t count_members() {
        missing_ = false;
        std::size_t count = 0;
        for (auto each = json_.begin(FlatJson::root); each != json_.end(FlatJson::root); each = json_.after(each))
            ++count;
        return count;
    }

    /// The object itself, whose text is empty, where the member is not there.
    FlatJson::Node member(std::string_view name, FlatJson::Kind kind) {
        auto found = json_.find(FlatJson::root, name);
        if (found != FlatJson::none && json_.kind(found) == kind) return found;
        missing_ = true;
        return FlatJson::root;
    }

    std::optional<std::int64_t> integer(std::string_view name) {
        auto written = json_.written(member(name, FlatJson::Kind::number));
        std::int64_t value = 0;
        auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), value);
        if (error != std::errc{} || end != written.data() + written.size()) return std::nullopt;
        return value;
    }

    FlatJson json_{BeyondAscii::raw};
    bool missing_ = false;
};

/// Goes along the lines, and notes which does not fit.
class LineChecker {
public:
    void see(std::int64_t line, const AuditEntry& entry) {
        ++result_.entries;
        if (entry.seq == result_.head_seq) return report(line, fmt::format("entry {} is there again", entry.seq));
        if (entry.seq < result_.head_seq)
            return report(line, fmt::format("entry {} comes after entry {}", entry.seq, result_.head_seq));
        if (entry.seq != result_.head_seq + 1)
            report(line, missing(result_.head_seq + 1, entry.seq - 1) + " before it");
        else if (entry.hash != chain_hash(last_, entry))
            report(line, fmt::format("entry {} does not fit its hash, or not the entry before it", entry.seq));
        result_.head_seq = entry.seq;
        last_ = entry.hash;
    }

    void report(std::int64_t line, const std::string& problem) {
        if (result_.problems.size() < most_problems)
            result_.problems.push_back(fmt::format("line {}: {}", line, problem));
        else
            ++unreported_;
    }

    AuditCheck finish() {
        if (result_.entries == 0 && result_.problems.empty()) result_.problems.emplace_back("there is no entry");
        if (unreported_ > 0) result_.problems.push_back(fmt::format("and {} more", unreported_));
        if (result_.head_seq > 0) result_.head = to_hex(last_);
        return std::move(result_);
    }

private:
    /// Whoever made the file must not fill our memory.
    static constexpr std::size_t most_problems = 100;

    static std::string missing(std::int64_t first, std::int64_t last) {
        return first == last ? fmt::format("entry {} is missing", first)
                             : fmt::format("entries {} to {} are missing", first, last);
    }

    Sha256 last_{};
    AuditCheck result_;
    std::int64_t unreported_ = 0;
};

}  // namespace

AuditCheck verify_exported_audit(const std::string& path, const std::function<void(const AuditEntry&)>& visit) {
    TextFile text(path);
    LineChecker checker;
    ExportedLine exported;
    std::string_view line;
    while (text.next(line)) {
        auto entry = exported.read(line);
        if (!entry) {
            checker.report(text.line(), "it is no entry of a trail");
            continue;
        }
        checker.see(text.line(), *entry);
        if (visit) visit(*entry);
    }
    return checker.finish();
}

}  // namespace rekey::store
