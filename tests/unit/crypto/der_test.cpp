#include "crypto/encoding/der.hpp"

#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

std::string hex(const Bytes& bytes) { return to_hex(bytes); }

Time at(const char* text) { return from_rfc3339(text).value(); }

}  // namespace

TEST_CASE("lengths take the fewest bytes") {
    CHECK(hex(der::header(0x30, 0)) == "3000");
    CHECK(hex(der::header(0x30, 127)) == "307F");
    CHECK(hex(der::header(0x30, 128)) == "308180");
    CHECK(hex(der::header(0x30, 255)) == "3081FF");
    CHECK(hex(der::header(0x30, 256)) == "30820100");
    CHECK(hex(der::header(0x30, 65535)) == "3082FFFF");
    CHECK(hex(der::header(0x30, 65536)) == "3083010000");
    CHECK(hex(der::header(0x30, 0x01000000)) == "308401000000");
}

TEST_CASE("integers are positive and as short as can be") {
    auto integer = [](std::string_view magnitude) { return hex(der::unsigned_integer(from_hex(magnitude).value())); };
    CHECK(integer("") == "020100");
    CHECK(integer("00") == "020100");
    CHECK(integer("0000") == "020100");
    CHECK(integer("7F") == "02017F");
    CHECK(integer("80") == "02020080");
    CHECK(integer("0080") == "02020080");
    CHECK(integer("000001") == "020101");
}

TEST_CASE("dates change their form in 1950 and 2050, as OpenSSL writes them") {
    auto written = [](const char* text) { return std::string(text_of(ByteView(der::time(at(text))).subspan(2))); };
    CHECK(written("2026-11-22T08:09:10Z") == "261122080910Z");
    CHECK(written("2049-12-31T23:59:59Z") == "491231235959Z");
    CHECK(written("2050-01-01T00:00:00Z") == "20500101000000Z");
    CHECK(written("1950-01-01T00:00:00Z") == "500101000000Z");
    CHECK(written("1949-12-31T23:59:59Z") == "19491231235959Z");
    CHECK(written("9999-12-31T23:59:59Z") == "99991231235959Z");
    CHECK(written("0001-01-01T00:00:00Z") == "00010101000000Z");
    refusal(Code::usage, [] { der::time(at("9999-12-31T23:59:59Z") + std::chrono::seconds{1}); }, {"year 10000"});

    using AsnTime = Handle<ASN1_TIME, ASN1_TIME_free>;
    for (const char* text :
         {"2024-02-29T12:00:00Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z", "2400-02-29T01:02:03Z"}) {
        AsnTime theirs(ASN1_TIME_set(nullptr, unix_seconds(at(text))));
        unsigned char* encoded = nullptr;
        int length = i2d_ASN1_TIME(theirs.get(), &encoded);
        CHECK(to_hex({encoded, static_cast<std::size_t>(length)}) == hex(der::time(at(text))));
        OPENSSL_free(encoded);
    }
}
