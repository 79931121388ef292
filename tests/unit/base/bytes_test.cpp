#include <doctest/doctest.h>

#include <set>

#include "rekey/base/base.hpp"

using namespace rekey;

TEST_CASE("hex is upper case and two digits a byte") {
    CHECK(to_hex(Bytes{0x00, 0x0A, 0xFF}) == "000AFF");
    CHECK(to_hex({}).empty());
}

TEST_CASE("what is no hex is refused") {
    for (const char* text : {"0", "0G", "0x12", " 12", "12 ", "1\n"}) {
        CAPTURE(text);
        CHECK_FALSE(from_hex(text));
    }
    CHECK_FALSE(from_hex(std::string_view("12\0", 3)));
}

TEST_CASE("hex of either case comes back as the same bytes") {
    CHECK(*from_hex("00aaFf") == Bytes{0x00, 0xAA, 0xFF});
    CHECK(from_hex("")->empty());
    Bytes all;
    for (int value = 0; value < 256; ++value) all.push_back(static_cast<std::uint8_t>(value));
    CHECK(*from_hex(to_hex(all)) == all);
}

TEST_CASE("SHA-256 gives the digests of FIPS 180-2") {
    CHECK(to_hex(sha256({})) == "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
    CHECK(to_hex(sha256(view_of("abc"))) == "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
}

TEST_CASE("random bytes have the length asked for and do not repeat") {
    CHECK(random_bytes(0).empty());
    CHECK(random_bytes(1000).size() == 1000);
    std::set<Bytes> seen;
    for (int i = 0; i < 100; ++i) seen.insert(random_bytes(16));
    CHECK(seen.size() == 100);
}
