#include "rekey/policy/policy.hpp"

#include <doctest/doctest.h>

#include "rekey/base/base.hpp"

using namespace rekey;
using namespace rekey::policy;
using namespace std::chrono;

namespace {

constexpr Time made = sys_days{2025y / 1 / 1};

/// A certificate as `rules` make it at `made`.
CertificateFacts certificate(const Rules& rules, Seconds validity) {
    CertificateFacts facts;
    facts.subject = rules.subject;
    facts.not_before = made - hours{1};
    facts.not_after = made + validity;
    facts.key = rules.key;
    facts.signature = "ecdsa-with-SHA256";
    facts.sans = rules.sans;
    facts.usages = rules.usages;
    return facts;
}

Rules rules_with(Seconds validity) {
    Rules rules;
    rules.validity = {.seconds = validity};
    rules.renew_spread = Period{};
    rules.subject = "CN=unit-1";
    rules.sans = {"dns:unit-1"};
    rules.usages = {"clientAuth", "serverAuth"};
    return rules;
}

const IssuerFacts lasting{"local", made + days{100 * 365}};

/// A slot whose certificate was made at `made` by its own rules.
struct Case {
    Rules rules;
    CertificateFacts facts;
    IssuerFacts issuer = lasting;
    std::string signed_by = "local";

    explicit Case(Seconds validity) : rules(rules_with(validity)), facts(certificate(rules, validity)) {}

    Verdict at(Time now) const { return judge(facts, made, signed_by, rules, issuer, now); }
};

std::string message_of(auto call) {
    try {
        call();
    } catch (const Error& error) {
        CHECK(error.code() == Code::refused);
        return error.message();
    }
    return "no error";
}

}  // namespace

TEST_CASE("the window opens renew_before ahead of the end, to the second") {
    Case slot(days{3650});
    Time opens = slot.facts.not_after - days{90};
    CHECK(slot.at(made).due_at == opens);
    CHECK(slot.at(made).due == Due::no);
    CHECK(slot.at(made).why.empty());
    CHECK(slot.at(opens - 1s).due == Due::no);
    CHECK(slot.at(opens).due == Due::expiry);
    CHECK(slot.at(opens).why == "expires in 90 days");
    CHECK(slot.at(opens + 1s).why == "expires in 89 days");
}

TEST_CASE("renew_before counts calendar months") {
    Case slot(days{3650});
    slot.facts.not_after = sys_days{2034y / 3 / 31};
    slot.rules.renew_before = {.months = 1};
    CHECK(slot.at(made).due_at == Time{sys_days{2034y / 2 / 28}});
}

TEST_CASE("the window is a third of the certificate's life at most") {
    Case slot(days{90});
    Time opens = slot.facts.not_after - days{30};
    CHECK(slot.at(made).due_at == opens);
    CHECK(slot.at(opens - 1s).due == Due::no);
    CHECK(slot.at(opens).due == Due::expiry);

    SUBCASE("renew_before just under a third holds") {
        slot.rules.renew_before = {.seconds = days{30} - 1s};
        CHECK(slot.at(made).due_at == opens + 1s);
    }
    SUBCASE("renew_before just over a third does not") {
        slot.rules.renew_before = {.seconds = days{30} + 1s};
        CHECK(slot.at(made).due_at == opens);
    }
    SUBCASE("the profile's validity does not matter, the certificate's own life does") {
        slot.rules.validity = {.months = 120};
        CHECK(slot.at(made).due_at == opens);
    }
    SUBCASE("a certificate from elsewhere counts from its own begin") {
        auto foreign = judge(slot.facts, slot.facts.not_before, "local", slot.rules, lasting, made);
        CHECK(foreign.due_at == slot.facts.not_after - Seconds{days{90} + hours{1}} / 3);
    }
    SUBCASE("found late is not made late") {
        auto found = judge(slot.facts, made + days{80}, "local", slot.rules, lasting, made);
        CHECK(found.due_at == opens);
    }
}

TEST_CASE("a validity shorter than the window is never due when just made") {
    for (Seconds validity : {Seconds{1}, Seconds{2}, Seconds{3}, Seconds{59}, Seconds{minutes{30}}, Seconds{hours{1}},
                             Seconds{hours{2}}, Seconds{days{1}}, Seconds{days{89}}, Seconds{days{90}}}) {
        CAPTURE(validity.count());
        Case slot(validity);
        CHECK(slot.at(made).due == Due::no);
        CHECK(slot.at(made).due_at == slot.facts.not_after - validity / 3);
        CHECK(slot.at(slot.facts.not_after).due == Due::expiry);

        // One that was recorded a moment after it was signed is no different.
        CHECK(judge(slot.facts, made + 5s, "local", slot.rules, lasting, made).due == Due::no);
    }
}

TEST_CASE("renewing again and again ends") {
    // Every renewal that is due makes a certificate; count them over a year, asked every hour.
    Rules rules = rules_with(days{30});
    IssuerFacts issuer{"local", made + days{200}};
    CertificateFacts facts = certificate(rules, days{30});
    Time made_at = made;
    int renewals = 0;
    for (Time now = made; now < made + days{365}; now += hours{1}) {
        if (judge(facts, made_at, "local", rules, issuer, now).due != Due::expiry) continue;
        auto life = lifetime(rules, made - days{1}, issuer, now);
        facts.not_before = life.not_before;
        facts.not_after = life.not_after;
        made_at = now;
        ++renewals;
    }
    CHECK(renewals == 9);
    CHECK(facts.not_after == issuer.not_after);
}

TEST_CASE("words for what is left, and for what is over") {
    Case slot(days{3650});
    Time end = slot.facts.not_after;
    CHECK(slot.at(end - days{20} - hours{23}).why == "expires in 20 days");
    CHECK(slot.at(end - days{1}).why == "expires in 1 day");
    CHECK(slot.at(end - days{1} + 1s).why == "expires in 23 hours");
    CHECK(slot.at(end - hours{1}).why == "expires in 1 hour");
    CHECK(slot.at(end - minutes{59}).why == "expires in 59 minutes");
    CHECK(slot.at(end - 1s).why == "expires in 1 second");
    CHECK(slot.at(end).why == "expires now");
    CHECK(slot.at(end + 1s).why == "expired 1 second ago");
    CHECK(slot.at(end + days{3} + hours{5}).why == "expired 3 days ago");
    CHECK(slot.at(end + days{3}).due == Due::expiry);
}

TEST_CASE("when the issuer ends first, a renewal that could not move the end is not made") {
    Case slot(days{365});
    Time opens = slot.facts.not_after - days{90};

    SUBCASE("the certificate ends with its issuer") { slot.issuer.not_after = slot.facts.not_after; }
    SUBCASE("the certificate outlives its issuer") { slot.issuer.not_after = slot.facts.not_after - days{100}; }
    CHECK(slot.at(opens - 1s).due == Due::no);
    CHECK(slot.at(opens).due == Due::issuer_expiring);
    CHECK(slot.at(slot.facts.not_after + days{1}).due == Due::issuer_expiring);
}

TEST_CASE("words for an issuer that ends") {
    Case slot(days{365});
    slot.issuer.not_after = slot.facts.not_after;
    CHECK(slot.at(slot.facts.not_after - days{20}).why ==
          "expires in 20 days, but issuer 'local' ends on 2026-01-01T00:00:00Z; renew it: rekey issuers renew local");
    CHECK(slot.at(slot.facts.not_after + days{2}).why ==
          "expired 2 days ago, but issuer 'local' ended on 2026-01-01T00:00:00Z; renew it: rekey issuers renew local");
}

TEST_CASE("an issuer that ends a second later lets the end move") {
    Case slot(days{365});
    slot.issuer.not_after = slot.facts.not_after + 1s;
    CHECK(slot.at(slot.facts.not_after - days{90}).due == Due::expiry);
}

TEST_CASE("when no leaf may be shortened, an issuer that ends too early makes a renewal futile") {
    Case slot(days{365});
    Time opens = slot.facts.not_after - days{90};
    slot.rules.outlive_issuer = Outlive::refuse;
    slot.issuer.not_after = opens + days{365};
    CHECK(slot.at(opens).due == Due::expiry);
    slot.issuer.not_after -= 1s;
    CHECK(slot.at(opens).due == Due::issuer_expiring);
}

TEST_CASE("an issuer that ends does not hide what else is wrong") {
    Case slot(days{365});
    slot.issuer.not_after = slot.facts.not_after;
    slot.facts.key = "rsa-2048";
    auto verdict = slot.at(slot.facts.not_after - days{1});
    CHECK(verdict.due == Due::policy);
    CHECK(verdict.why == "key is rsa-2048, rules say ec-p256");
}

TEST_CASE("max_age, to the second") {
    Case slot(days{3650});
    slot.rules.max_age = Period{.months = 12};
    Time old = sys_days{2026y / 1 / 1};
    CHECK(slot.at(old - 1s).due == Due::no);
    CHECK(slot.at(old).due == Due::policy);
    CHECK(slot.at(old).why == "older than max_age 1y");

    SUBCASE("expiry goes first") { CHECK(slot.at(slot.facts.not_after - days{1}).due == Due::expiry); }
    SUBCASE("it counts from the making, not from the begin") {
        CHECK(judge(slot.facts, made + days{10}, "local", slot.rules, lasting, old).due == Due::no);
    }
}

TEST_CASE("each difference from the profile") {
    Case slot(days{3650});
    auto why = [&] {
        auto verdict = slot.at(made);
        CHECK(verdict.due == Due::policy);
        return verdict.why;
    };
    SUBCASE("key") {
        slot.facts.key = "rsa-2048";
        CHECK(why() == "key is rsa-2048, rules say ec-p256");
    }
    SUBCASE("issuer") {
        slot.signed_by = "old-ca";
        CHECK(why() == "issuer is 'old-ca', rules say 'local'");
    }
    SUBCASE("issuer that is not ours") {
        slot.signed_by = "";
        CHECK(why() == "issuer is none of this home, rules say 'local'");
    }
    SUBCASE("subject") {
        slot.facts.subject = "CN=old";
        CHECK(why() == "subject is CN=old, rules say CN=unit-1");
    }
    SUBCASE("subject that is empty") {
        slot.facts.subject = "";
        CHECK(why() == "subject is none, rules say CN=unit-1");
    }
    SUBCASE("profile without a subject") {
        slot.rules.subject = "";
        CHECK(why() == "subject is CN=unit-1, rules say none");
    }
    SUBCASE("a subject with terminal escapes") {
        slot.facts.subject = "CN=\x1B[2J";
        CHECK(why() == "subject is CN=\\x1B[2J, rules say CN=unit-1");
    }
    SUBCASE("SANs") {
        slot.facts.sans = {"dns:old", "ip:10.0.0.1"};
        CHECK(why() == "SANs are dns:old, ip:10.0.0.1, rules say dns:unit-1");
    }
    SUBCASE("one SAN too few") {
        slot.facts.sans = {};
        CHECK(why() == "SANs are none, rules say dns:unit-1");
    }
    SUBCASE("usages") {
        slot.facts.usages = {"clientAuth"};
        CHECK(why() == "usages are clientAuth, rules say clientAuth, serverAuth");
    }
    SUBCASE("usages taken away") {
        slot.rules.usages = {};
        CHECK(why() == "usages are clientAuth, serverAuth, rules say none");
    }
    SUBCASE("the weightiest is named") {
        slot.facts.key = "rsa-1024";
        slot.facts.subject = "CN=old";
        CHECK(why() == "key is rsa-1024, rules say ec-p256");
    }
}

TEST_CASE("expiry goes before differences") {
    Case slot(days{3650});
    slot.facts.subject = "CN=old";
    CHECK(slot.at(slot.facts.not_after - days{1}).due == Due::expiry);
}

TEST_CASE("a signature that is not allowed is said, but its issuer would make it again") {
    Case slot(days{3650});
    slot.rules.allowed_signatures = {"ED25519", "ecdsa-with-SHA384"};
    CHECK(slot.at(made).due == Due::no);
    CHECK(slot.at(made).why == "signature is ecdsa-with-SHA256, allowed are ED25519, ecdsa-with-SHA384");
    slot.signed_by = "old-ca";
    CHECK(slot.at(made).due == Due::policy);
}

TEST_CASE("what no certificate may be") {
    Rules rules = rules_with(days{1});
    auto facts = certificate(rules, days{1});
    CHECK_FALSE(forbidden(facts, rules));
    rules.allowed_keys = {"ec-p256"};
    rules.allowed_signatures = {"ecdsa-with-SHA256"};
    CHECK_FALSE(forbidden(facts, rules));
    facts.signature = "ecdsa-with-SHA1";
    CHECK(forbidden(facts, rules) == "signature is ecdsa-with-SHA1, allowed are ecdsa-with-SHA256");
    facts.key = "rsa-1024";
    CHECK(forbidden(facts, rules) == "key is rsa-1024, allowed are ec-p256");
}

TEST_CASE("a certificate whose dates are turned around is due, not a crash") {
    Case slot(days{10});
    slot.facts.not_after = slot.facts.not_before - days{1};
    CHECK(slot.at(made).due_at == slot.facts.not_after);
    CHECK(slot.at(made).due == Due::expiry);
}

TEST_CASE("an issuer that cannot sign any more, or not yet") {
    Rules rules = rules_with(days{365});
    CHECK(message_of([&] {
              lifetime(rules, made - days{10}, {"local", made}, made);
          }) == "issuer 'local' ended on 2025-01-01T00:00:00Z");
    CHECK(message_of([&] {
              lifetime(rules, made - days{10}, {"local", made - 1s}, made);
          }) == "issuer 'local' ended on 2024-12-31T23:59:59Z");
    CHECK(message_of([&] {
              lifetime(rules, made + 1s, {"local", made + days{999}}, made);
          }) == "the issuer is not valid before 2025-01-01T00:00:01Z");
    rules.outlive_issuer = Outlive::refuse;
    CHECK(message_of([&] {
              lifetime(rules, made - days{10}, {"local", made + days{365} - 1s}, made);
          }) == "a validity of 365d would be too long: issuer 'local' ends on 2025-12-31T23:59:59Z");
}

TEST_CASE("the life of a certificate made now") {
    Rules rules = rules_with(days{365});
    auto life = lifetime(rules, made - days{10}, {"local", made + days{365}}, made);
    CHECK(life.not_before == made - hours{1});
    CHECK(life.not_after == made + days{365});
    CHECK_FALSE(life.shortened);

    auto shortened = lifetime(rules, made - days{10}, {"local", made + days{365} - 1s}, made);
    CHECK(shortened.not_after == made + days{365} - 1s);
    CHECK(shortened.shortened);

    CHECK(lifetime(rules, made - minutes{10}, {"local", made + days{999}}, made).not_before == made - minutes{10});
    CHECK(lifetime(rules, made, {"local", made + days{999}}, made).not_before == made);
    CHECK(lifetime(rules, made - days{1}, {"local", made + 1s}, made).not_after == made + 1s);

    rules.outlive_issuer = Outlive::refuse;
    CHECK_FALSE(lifetime(rules, made - days{10}, {"local", made + days{365}}, made).shortened);
}

TEST_CASE("ten years follow the calendar, also past 2038 and 2050") {
    Rules rules;
    Time now = sys_days{2044y / 2 / 29} + hours{12};
    Time issuer_end = sys_days{9999y / 12 / 31};
    CHECK(lifetime(rules, now - days{1}, {"local", issuer_end}, now).not_after ==
          Time{sys_days{2054y / 2 / 28} + hours{12}});
    rules.validity = {.months = 96000};
    auto cut = lifetime(rules, now - days{1}, {"local", issuer_end}, now);
    CHECK(cut.not_after == issuer_end);
    CHECK(cut.shortened);
}
