#include <doctest/doctest.h>

#include "rekey/renewal/overview.hpp"

using namespace rekey;
using namespace rekey::renewal;

TEST_CASE("months and years follow each other") {
    CHECK(next_period("2029-11") == "2029-12");
    CHECK(next_period("2029-12") == "2030-01");
    CHECK(next_period("2029") == "2030");
    CHECK(next_period("0999-12") == "1000-01");
    CHECK(month_of(*from_rfc3339("2029-12-31T23:59:59Z")) == "2029-12");
}

TEST_CASE("what is in use is counted by month and type, and months make years") {
    Timeline months;
    auto add = [&](const char* end, const char* type, store::CertificateState state) {
        store::Certificate certificate;
        certificate.facts.not_after = certificate.chain_end.at = *from_rfc3339(end);
        certificate.slot.type = type;
        certificate.state = state;
        add_to(months, certificate);
    };
    add("2030-01-01T00:00:00Z", "iam", store::CertificateState::active);
    add("2030-01-31T00:00:00Z", "online", store::CertificateState::active);
    add("2030-12-01T00:00:00Z", "iam", store::CertificateState::foreign);
    add("2031-01-01T00:00:00Z", "iam", store::CertificateState::pending);
    CHECK(months == Timeline{{"2030-01", {{"iam", 1}, {"online", 1}}}, {"2030-12", {{"iam", 1}}}});
    CHECK(by_year(months) == Timeline{{"2030", {{"iam", 2}, {"online", 1}}}});
    CHECK(total_of(months["2030-01"]) == 2);
    CHECK(in_words(months["2030-01"]) == "iam 1, online 1");
    CHECK(in_words(TypeCounts{}).empty());
}
