#include "renewal/notify/notice_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text/shortened.hpp"
#include "rekey/base/base.hpp"

namespace rekey::renewal {

namespace {

using Json = nlohmann::ordered_json;

/// A provider's or a unit's own words may be long.
constexpr std::size_t longest_finding = 400;

Json json_of(const Finding& finding) {
    return {{"subject", finding.subject},
            {"finding", in_words(finding)},
            {"urgency", to_string(finding.urgency)},
            {"remedy", finding.remedy},
            {"identity", identity_of(finding)}};
}

Json json_of(const FindingCounts& counts) {
    Json list = Json::array();
    for (const auto& group : counts.groups()) {
        if (group.urgency == Urgency::note) continue;
        Json examples = Json::array();
        for (const auto& finding : group.examples) examples.push_back(json_of(finding));
        list.push_back({{"kind", to_string(group.kind)},
                        {"urgency", to_string(group.urgency)},
                        {"total", group.total},
                        {"examples", std::move(examples)}});
    }
    return list;
}

std::int64_t total_of(const FindingCounts& counts) {
    return counts.count(Urgency::critical) + counts.count(Urgency::warning);
}

}  // namespace

std::string notice_json(const Notice& notice) {
    Json object{{"home", notice.home},
                {"organization", notice.organization.empty() ? Json() : Json(notice.organization)},
                {"at", to_rfc3339(notice.at)},
                {"example", notice.example},
                {"new", total_of(notice.news)},
                {"critical", notice.all.count(Urgency::critical)},
                {"warning", notice.all.count(Urgency::warning)},
                {"findings", json_of(notice.news)}};
    return object.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string notice_text(const Notice& notice) {
    auto text = fmt::format("rekey: {}{} new: {} critical, {} in all{}\n",
                            notice.organization.empty() ? "" : printable(notice.organization) + ": ",
                            counted(total_of(notice.news), "finding"), notice.news.count(Urgency::critical),
                            total_of(notice.all), notice.example ? " (an example, to try the command)" : "");
    for (const auto& group : notice.news.groups()) {
        if (group.urgency == Urgency::note) continue;
        for (const auto& finding : group.examples)
            text +=
                fmt::format("\n{}: {}\n  {}\n", to_string(finding.urgency),
                            shortened(in_words(finding), longest_finding), shortened(finding.remedy, longest_finding));
        auto shown = static_cast<std::int64_t>(group.examples.size());
        if (group.total > shown) text += fmt::format("  and {} more\n", group.total - shown);
    }
    return text;
}

}  // namespace rekey::renewal
