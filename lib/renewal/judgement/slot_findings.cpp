#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "renewal/judgement/assess.hpp"

namespace rekey::renewal {

namespace {

/// The findings of one slot, as they are put together.
class SlotFindings {
public:
    SlotFindings(const Assessment& assessment, Time now)
        : assessment_(assessment), status_(assessment.status), slot_(status_.slot.name.to_string()), now_(now) {}

    std::vector<Finding> find() && {
        if (status_.in_use)
            find_in(*status_.in_use);
        else
            find_empty();
        find_trouble();
        find_names();
        return std::move(found_);
    }

private:
    void add(FindingKind kind, Urgency urgency, std::string what, std::string remedy) {
        found_.push_back({kind, urgency, slot_, std::move(what), std::move(remedy),
                          status_.in_use ? status_.in_use->facts.number : ""});
    }

    void find_empty() {
        if (status_.adopting)
            add(FindingKind::empty_slot, Urgency::warning, "is empty: its adoption has not ended",
                "finish it, or take it back: rekey doctor names both commands");
        else
            add(FindingKind::empty_slot, Urgency::warning, "is empty: its first certificate was never made",
                fmt::format("make it: rekey certs generate {}", slot_));
    }

    void find_in(const store::Certificate& in_use) {
        find_end(in_use);
        if (in_use.facts.not_before > now_)
            add(FindingKind::not_valid_yet, Urgency::critical,
                fmt::format("uses certificate {}, which is not valid before {}", in_use.facts.number,
                            to_rfc3339(in_use.facts.not_before)),
                fmt::format("make one that is valid now: rekey certs renew {}", slot_));
        find_difference(in_use);
        find_violations(in_use);
        if (needs_renewal(assessment_))
            add(FindingKind::due, Urgency::warning,
                fmt::format("is due: {}", assessment_.verdict ? assessment_.verdict->why : "it cannot be judged"),
                fmt::format("see what the next run does: rekey certs renew {} --due --dry-run", slot_));
    }

    void find_end(const store::Certificate& in_use) {
        auto end = in_use.chain_end.at;
        auto renew = assessment_.trouble.empty()
                         ? fmt::format("renew it: rekey certs renew {}", slot_)
                         : fmt::format("mend first why it can get none: rekey policy explain {}", slot_);
        if (end <= now_)
            add(FindingKind::expired, Urgency::critical,
                fmt::format("uses certificate {}, which ended on {}", in_use.facts.number, to_rfc3339(end)), renew);
        else if (end <= now_ + little_time && (!assessment_.verdict || assessment_.verdict->due != policy::Due::no))
            // One that lives for a few days only is all right until it is due.
            add(FindingKind::ends_soon, Urgency::critical,
                fmt::format("uses certificate {}, which ends on {}", in_use.facts.number, to_rfc3339(end)), renew);
    }

    /// What the unit was seen to hold, unless another certificate has come into use since.
    void find_difference(const store::Certificate& in_use) {
        const auto& difference = status_.slot.difference;
        if (!difference || difference->number != in_use.facts.number) return;
        if (difference->empty)
            add(FindingKind::emptied, Urgency::critical, difference->what,
                fmt::format("make a new one: rekey certs renew {}", slot_));
        else
            add(FindingKind::drift, Urgency::critical, difference->what,
                fmt::format("take it: rekey units check {} --adopt; or overwrite it: rekey certs renew {} --force",
                            status_.slot.name.unit, slot_));
    }

    void find_violations(const store::Certificate& in_use) {
        std::string words;
        for (const auto& violation : assessment_.violations) {
            if (violation.rule == revoked_rule)
                add(FindingKind::revoked_in_use, Urgency::critical,
                    fmt::format("uses certificate {}, which {}", in_use.facts.number, violation.what),
                    fmt::format("replace it: rekey certs renew {}", slot_));
            else
                words += (words.empty() ? "" : "; ") + violation.what;
        }
        if (!words.empty())
            add(FindingKind::violation, Urgency::warning, "violates policy: " + words,
                fmt::format("see which rules, and why: rekey policy check {}", slot_));
    }

    void find_trouble() {
        if (!assessment_.trouble.empty())
            add(FindingKind::impossible, Urgency::warning, "can get no certificate: " + assessment_.trouble,
                fmt::format("see its rules, and where each comes from: rekey policy explain {}", slot_));
    }

    void find_names() {
        // What it uses; of an empty slot, what it would get.
        bool nameless =
            status_.in_use ? status_.in_use->facts.sans.empty() : assessment_.rules && assessment_.rules->sans.empty();
        if (nameless)
            add(FindingKind::no_names, Urgency::warning,
                "has no alternative name (SAN), and clients look at nothing else",
                "set 'san' for its type or label in the policy; see rekey-policy(5)");
    }

    const Assessment& assessment_;
    const store::SlotStatus& status_;
    std::string slot_;
    Time now_;
    std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> findings_of(const Assessment& assessment, Time now) {
    return SlotFindings(assessment, now).find();
}

}  // namespace rekey::renewal
