#include "report/sites.hpp"

#include <algorithm>
#include <tuple>

#include "renewal/findings/level.hpp"
#include "renewal/findings/unit_findings.hpp"
#include "report/foremost.hpp"
#include "report/page_parts.hpp"

namespace rekey::report {

namespace {

using renewal::Level;

void raise_level(Site& site, const renewal::Finding* finding) {
    if (finding != nullptr) site.level = std::max(site.level, renewal::level_of(finding->urgency));
}

bool is_worse(const Site& one, const Site& other) {
    auto order = [](const Site& site) {
        return std::tie(site.level, site.expired, site.due, site.ending, site.away, site.units);
    };
    return order(one) > order(other);
}

Markup name_of(const Site& site, const std::string& label) {
    if (site.is_rest) return {"all other values"};
    if (site.value.empty()) return markup("without {}", named(label));
    return named(site.value);
}

Markup tile_figure(std::int64_t count, std::string_view what, bool is_bad = false) {
    const char* colour = count == 0 ? " class=\"muted\"" : is_bad ? " class=\"bad\"" : "";
    return markup("<div><dt>{}</dt><dd{}>{}</dd></div>", what, Markup{colour}, count);
}

Markup tile_of(const Site& site, const std::string& label) {
    auto tile = markup("<li class=\"{}\"><h3><span>{}</span> <span class=\"level\">{}</span></h3>\n<dl>",
                       renewal::to_string(site.level), name_of(site, label), word_of(site.level));
    tile += tile_figure(site.units, "units");
    tile += tile_figure(site.in_use, "in use");
    tile += tile_figure(site.expired, "expired", true);
    tile += tile_figure(site.ending, "in 30 days");
    tile += tile_figure(site.due, "due");
    tile += tile_figure(site.away, "away");
    tile += {"</dl></li>\n"};
    return tile;
}

}  // namespace

Site& SiteCounts::site_of(const store::Labels& labels) {
    auto label = labels.find(label_);
    auto value = label == labels.end() ? std::string() : label->second;
    auto found = sites_.find(value);
    if (found != sites_.end()) return found->second;
    // Units without the label are a site of their own, however many values there are.
    if (sites_.size() >= most_values && !value.empty()) {
        rest_.is_rest = true;
        return rest_;
    }
    auto& site = sites_[value];
    site.value = value;
    return site;
}

void SiteCounts::add(const renewal::UnitSummary& summary) {
    if (label_.empty()) return;
    auto& site = site_of(summary.unit.labels);
    ++site.units;
    if (summary.unit.offline_since) ++site.away;
    site.due += summary.at_risk;
    if (auto finding = renewal::finding_of(summary, now_))
        if (finding->urgency != renewal::Urgency::note) raise_level(site, &*finding);
}

void SiteCounts::add(const renewal::Assessment& assessment, const std::vector<renewal::Finding>& findings) {
    if (label_.empty()) return;
    auto& site = site_of(assessment.status.labels);
    raise_level(site, renewal::worst_of(findings));
    const auto& in_use = assessment.status.in_use;
    if (!in_use) return;
    ++site.in_use;
    auto end = in_use->chain_end.at;
    if (end <= now_)
        ++site.expired;
    else if (end <= now_ + std::chrono::days{days_ahead})
        ++site.ending;
}

Sites SiteCounts::sites() && {
    Foremost<Site, bool (*)(const Site&, const Site&)> worst(is_worse);
    for (auto& [value, site] : sites_) worst.add(std::move(site));
    if (rest_.is_rest) worst.add(std::move(rest_));
    return {label_, std::move(worst).list()};
}

Markup sites_section(const Report& report) {
    const auto& sites = report.sites;
    if (sites.list.total == 0) return {};
    auto section = markup("<section>\n<h2>By {}</h2>\n<ul class=\"sites\">\n", named(sites.label));
    for (const auto& site : sites.list.rows) section += tile_of(site, sites.label);
    section += {"</ul>\n"};
    section += others(static_cast<std::int64_t>(sites.list.rows.size()), sites.list.total, "rekey units list");
    section += {"</section>\n"};
    return section;
}

}  // namespace rekey::report
