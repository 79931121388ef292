#include "base/files/spool.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/renewal/overview.hpp"
#include "renewal/notify/notice_text.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/runs/notices.hpp"
#include "units/process/shell_command.hpp"

namespace rekey::renewal {

namespace {

constexpr const char* notify_lock = "notify";

/// One look at all findings: what is new is counted, and the identity of each waits, to be recorded. Memory does not
/// grow with the fleet.
struct FoundNews {
    Notice notice;
    Spool identities;        ///< each behind a letter: `new_mark` or `known_mark`
    std::int64_t known = 0;  ///< of these, findings that people know of
};
constexpr char new_mark = 'n';
constexpr char known_mark = 'k';

bool is_news(const std::optional<Time>& told, const policy::Notify& how, Time now) {
    return !told || (how.repeat && how.repeat->after(*told) <= now);
}

FoundNews look_for_news(Home& home, const policy::Policy& policy, const policy::Notify& how, Time now) {
    FoundNews look;
    auto& store = home.store();
    store::Snapshot snapshot(store);
    look.notice.home = home.path();
    look.notice.organization = store::setting(store, "organization").value_or("");
    look.notice.at = now;
    each_finding(home, policy, {}, now, [&](const Finding& finding) {
        if (finding.urgency == Urgency::note) return;
        auto identity = identity_of(finding);
        auto told = store::told_at(store, identity);
        bool news = is_news(told, how, now);
        if (told) ++look.known;
        look.notice.all.add(finding);
        if (news) look.notice.news.add(finding);
        look.identities.add((news ? new_mark : known_mark) + identity);
    });
    return look;
}

void tell_people(const policy::Notify& how, const Notice& notice) {
    try {
        units::run_command(how.command, how.deadline, {"REKEY_SUMMARY=" + notice_text(notice)}, notice_json(notice));
    } catch (const Error& e) {
        throw Error(e.code(), "no notice was sent: the command of [notify] failed: " + e.message(),
                    "mend it, and try it: rekey notify test; the next unattended command tells again");
    }
}

/// Records what people know of now, and what is gone. Without retries, as the spool can be read once.
void record_look(Home& home, FoundNews& look, std::int64_t told, const Stamp& stamp) {
    store::Transaction transaction(home.store());
    auto round = store::next_notice_round(transaction);
    while (auto marked = look.identities.next()) {
        auto identity = marked->substr(1);
        if (marked->front() == new_mark)
            store::record_notice(transaction, identity, stamp.at, round);
        else
            store::keep_notice(transaction, identity, round);
    }
    store::forget_notices_before(transaction, round);
    if (told != 0) store::audit(transaction, stamp, "notice.tell", "home", {{"findings", told}});
    transaction.commit();
}

Finding example_finding(Time now) {
    constexpr std::chrono::days soon{5};
    return {FindingKind::ends_soon,
            Urgency::critical,
            "example-unit/online",
            "uses certificate 0123456789ABCDEF0123456789ABCDEF01234567, which ends on " + to_rfc3339(now + soon),
            "nothing is to be done: this finding is made up",
            "0123456789ABCDEF0123456789ABCDEF01234567"};
}

}  // namespace

std::int64_t notify(Home& home, const policy::Policy& policy, const policy::Notify& how, const Stamp& stamp) {
    if (how.command.empty()) return 0;
    // The holder notifies of everything that is new.
    auto lock = home.store().lock(notify_lock);
    if (!lock) return 0;
    auto look = look_for_news(home, policy, how, stamp.at);
    const auto& news = look.notice.news;
    auto told = news.count(Urgency::critical) + news.count(Urgency::warning);
    bool gone = store::count_notices(home.store()) != look.known;
    if (told == 0 && !gone) return 0;
    if (told != 0) tell_people(how, look.notice);
    record_look(home, look, told, stamp);
    return told;
}

void notify_of_example(const std::string& home, const policy::Notify& how, Time now) {
    if (how.command.empty())
        throw Error(Code::usage, "the configuration of this machine has no command to tell people",
                    "add it to config.toml: [notify] with command = \"...\"; see rekey-notify(1)");
    Notice notice;
    notice.home = home;
    notice.at = now;
    notice.example = true;
    notice.news.add(example_finding(now));
    notice.all = notice.news;
    tell_people(how, notice);
}

}  // namespace rekey::renewal
