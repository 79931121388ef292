#include "report/json.hpp"

namespace rekey::report {

namespace {

using store::CertificateState;
using store::CredentialState;
using store::Outcome;

Json time_or_null(const std::optional<Time>& time) { return time ? Json(to_rfc3339(*time)) : Json(); }
Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

template <class Row, class Cells>
Json rows_of(const std::vector<Row>& rows, Cells cells) {
    Json list = Json::array();
    for (const auto& row : rows) list.push_back(cells(row));
    return list;
}

/// Every one of `words`, also those of which there are none.
template <class Word>
Json counts_of(const std::map<Word, std::int64_t>& counts, std::initializer_list<Word> words) {
    Json object = Json::object();
    for (auto word : words) {
        auto found = counts.find(word);
        object[std::string(store::to_string(word))] = found == counts.end() ? 0 : found->second;
    }
    return object;
}

Json counts_of(const Counts& counts) {
    Json object = Json::object();
    for (const auto& [word, count] : counts) object[word] = count;
    return object;
}

Json units_of(const Report& report) {
    const auto& statistics = report.statistics;
    return {{"total", statistics.online + statistics.offline},
            {"online", statistics.online},
            {"offline", statistics.offline},
            {"deferred", statistics.deferred},
            {"slots", report.slots},
            {"empty_slots", report.empty_slots},
            {"away", rows_of(report.away.rows, [](const Away& row) -> Json {
                 return {{"unit", row.unit},
                         {"since", to_rfc3339(row.since)},
                         {"must_reconnect_by", time_or_null(row.must_reconnect_by)},
                         {"due", row.due}};
             })}};
}

Json alerts_of(const Report& report) {
    Json list = Json::array();
    for (const auto& group : report.counts.groups()) {
        if (group.urgency == renewal::Urgency::note) continue;
        const auto& first = group.examples.front();
        list.push_back({{"kind", renewal::to_string(group.kind)},
                        {"severity", renewal::to_string(group.urgency)},
                        {"total", group.total},
                        {"first", renewal::in_words(first)},
                        {"remedy", first.remedy}});
    }
    return list;
}

Json timeline_of(const Report& report) {
    Json rows = Json::array();
    auto add = [&](const std::string& period, const renewal::TypeCounts& counts) {
        for (const auto& [type, count] : counts)
            rows.push_back({{"period", period}, {"type", type}, {"certificates", count}});
    };
    add("expired", report.expired);
    for (const auto& [month, counts] : report.months) add(month, counts);
    return rows;
}

Json certificates_of(const Report& report) {
    const auto& statistics = report.statistics;
    Json ending = Json::object();
    for (int days : renewal::Statistics::within) {
        auto count = statistics.ending.find(days);
        ending[std::to_string(days)] = count == statistics.ending.end() ? 0 : count->second;
    }
    return {{"in_use", report.soonest.total},
            {"due", statistics.due},
            {"due_offline", statistics.due_offline},
            {"revoked_in_use", report.revoked_in_use},
            {"first_end", time_or_null(statistics.first_end)},
            {"states", counts_of(statistics.certificates,
                                 {CertificateState::pending, CertificateState::active, CertificateState::superseded,
                                  CertificateState::revoked, CertificateState::rejected, CertificateState::foreign})},
            {"ending_within_days", ending},
            {"types", counts_of(report.types)},
            {"keys", counts_of(report.keys)},
            {"signatures", counts_of(report.signatures)},
            {"timeline", timeline_of(report)},
            {"soonest", rows_of(report.soonest.rows, [](const EndingCertificate& row) -> Json {
                 return {{"slot", row.slot},
                         {"number", row.number},
                         {"not_after", to_rfc3339(row.not_after)},
                         {"ends_with", text_or_null(row.ends_with)},
                         {"foreign", row.foreign}};
             })}};
}

Json ahead_of(const Report& report) {
    return {{"days", days_ahead},
            {"total", report.ahead.total},
            {"list", rows_of(report.ahead.rows, [](const Ahead& row) -> Json {
                 return {
                     {"slot", row.slot},      {"number", row.number},        {"not_after", to_rfc3339(row.not_after)},
                     {"days_left", row.days}, {"fate", to_string(row.fate)}, {"what", row.what}};
             })}};
}

Json sites_of(const Report& report) {
    return {{"label", text_or_null(report.sites.label)},
            {"total", report.sites.list.total},
            {"list", rows_of(report.sites.list.rows, [](const Site& row) -> Json {
                 return {{"value", text_or_null(row.value)},
                         {"all_others", row.is_rest},
                         {"level", renewal::to_string(row.level)},
                         {"units", row.units},
                         {"away", row.away},
                         {"in_use", row.in_use},
                         {"expired", row.expired},
                         {"ending_within_30_days", row.ending},
                         {"due", row.due}};
             })}};
}

Json changes_of(const Report& report) {
    const auto& changes = report.changes;
    return {{"since", to_rfc3339(changes.since)},           {"certificates_generated", changes.generated},
            {"certificates_renewed", changes.renewed},      {"certificates_revoked", changes.revoked},
            {"units_added", changes.units_added},           {"units_removed", changes.units_removed},
            {"policy_revisions", changes.policy_revisions}, {"credentials_rotated", changes.credentials_rotated}};
}

Json issuers_json(const Report& report) {
    return {{"total", report.issuers.total},
            {"list", rows_of(report.issuers.rows, [](const ReportedIssuer& row) -> Json {
                 return {{"name", row.name},
                         {"subject", row.subject},
                         {"key", row.key},
                         {"not_after", to_rfc3339(row.not_after)},
                         {"ends_with", text_or_null(row.ends_with)},
                         {"in_use", row.in_use}};
             })}};
}

Json policy_of(const Report& report) {
    Json rules = Json::object();
    Json rows = Json::array();
    for (const auto& [rule, list] : report.findings) {
        rules[rule] = list.total;
        for (const auto& row : list.rows)
            rows.push_back(
                {{"rule", rule}, {"slot", row.slot}, {"number", text_or_null(row.number)}, {"violation", row.what}});
    }
    return {{"violating", report.violating}, {"rules", rules}, {"findings", rows}};
}

Json renewals_of(const Report& report) {
    return {{"since", to_rfc3339(report.since)},
            {"runs", report.runs.total},
            {"unfinished_runs", report.unfinished_runs},
            {"counts", rows_of(report.renewals,
                               [](const store::ItemCount& row) -> Json {
                                   return {{"month", row.month},
                                           {"reason", row.reason ? Json(store::to_string(*row.reason)) : Json()},
                                           {"outcome", store::to_string(row.outcome)},
                                           {"slots", row.items}};
                               })},
            {"newest_runs", rows_of(report.runs.rows,
                                    [](const ReportedRun& row) -> Json {
                                        auto count = [&](Outcome outcome) {
                                            auto found = row.items.find(outcome);
                                            return found == row.items.end() ? 0 : found->second;
                                        };
                                        return {{"run", row.run.id},
                                                {"command", row.run.command},
                                                {"selection", row.run.selection},
                                                {"reason",
                                                 row.run.reason ? Json(store::to_string(*row.run.reason)) : Json()},
                                                {"actor", row.run.actor},
                                                {"comment", text_or_null(row.run.comment)},
                                                {"started_at", to_rfc3339(row.run.started_at)},
                                                {"finished_at", time_or_null(row.run.finished_at)},
                                                {"status", row.status},
                                                {"done", count(Outcome::renewed)},
                                                {"deferred", count(Outcome::deferred)},
                                                {"failed", count(Outcome::failed)},
                                                {"refused", count(Outcome::refused)},
                                                {"open", count(Outcome::open)}};
                                    })},
            {"actors", rows_of(report.actors.rows, [](const Actor& row) -> Json {
                 return {{"actor", row.name}, {"runs", row.runs}, {"renewed", row.renewed}, {"failed", row.failed}};
             })}};
}

Json credentials_of(const Report& report) {
    const auto& statistics = report.statistics;
    return {{"tenants", report.tenants},
            {"failing", statistics.failing},
            {"unproven", statistics.unproven},
            {"oldest_success", time_or_null(statistics.oldest_success)},
            {"oldest_since", time_or_null(statistics.oldest_since)},
            {"older_than_allowed", statistics.old_credentials},
            {"unfinished_rotations", report.unfinished_rotations},
            {"states", counts_of(statistics.credentials,
                                 {CredentialState::staged, CredentialState::active, CredentialState::superseded,
                                  CredentialState::retired, CredentialState::failed})},
            {"list", rows_of(report.credentials.rows, [](const ReportedCredential& row) -> Json {
                 return {{"name", row.name},
                         {"tenant", row.tenant},
                         {"state", store::to_string(row.state)},
                         {"health", row.health},
                         {"last_success", time_or_null(row.last_success)},
                         {"last_failure", time_or_null(row.last_failure)},
                         {"rotation", text_or_null(row.rotation)}};
             })}};
}

Json audit_of(const Report& report) {
    return {{"entries", report.audit.entries},
            {"head", text_or_null(report.audit.head)},
            {"head_seq", report.audit.head_seq},
            {"sound", report.audit.problems.empty()},
            {"problems", rows_of(report.audit.problems, [](const std::string& what) -> Json {
                 return {{"problem", what}};
             })}};
}

}  // namespace

Json sections(const Report& report) {
    Json all{
        {"report",
         {{"made_at", to_rfc3339(report.made_at())},
          {"version", report.version},
          {"home", report.home},
          {"organization", text_or_null(report.organization)},
          {"clock_right", report.clock_is_right},
          {"level", renewal::to_string(level_of(report))},
          {"sentence", sentence(report)},
          {"concerns", rows_of(concerns(report),
                               [](const ReportedConcern& row) -> Json {
                                   return {{"urgent", row.urgent}, {"concern", row.what}, {"command", row.command}};
                               })}}},
        {"units", units_of(report)},
        {"certificates", certificates_of(report)},
        {"issuers", issuers_json(report)},
        {"policy", policy_of(report)},
        {"renewals", renewals_of(report)},
        {"credentials", credentials_of(report)},
        {"alerts", alerts_of(report)},
        {"sites", sites_of(report)},
        {"ahead", ahead_of(report)},
        {"changes", changes_of(report)},
        {"audit", audit_of(report)}};
    // A page of the whole home has no such member.
    if (!report.selection.empty()) all["report"]["selection"] = report.selection;
    return all;
}

std::string json(const Report& report, bool one_line) {
    return sections(report).dump(one_line ? -1 : 2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace rekey::report
