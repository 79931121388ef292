#include <doctest/doctest.h>

#include <limits>

#include "errors.hpp"
#include "rekey/base/base.hpp"

using namespace rekey;

namespace {

ListNumber hex(std::string_view text) { return ListNumber::from_hex(text).value(); }

const std::string largest = "7F" + std::string(38, 'F');

}  // namespace

TEST_CASE("numbers of lists are written and read without loss, up to 20 octets") {
    for (const char* text : {"00", "01", "80", "0100", "7FFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFFFF"})
        CHECK(hex(text).to_hex() == text);
    CHECK(hex(largest).to_hex() == largest);
    CHECK(hex("000001") == ListNumber(1));
    CHECK(ListNumber().is_zero());
    CHECK(ListNumber::from_octets({}).value().is_zero());
    for (const auto& text :
         {std::string(), std::string("1"), std::string("xy"), "80" + std::string(38, '0'), "01" + std::string(40, '0')})
        CHECK_FALSE(ListNumber::from_hex(text));
}

TEST_CASE("the next number carries, and there is an end") {
    CHECK(ListNumber().next() == ListNumber(1));
    CHECK(ListNumber(255).next().to_hex() == "0100");
    CHECK(hex("FFFFFFFFFFFFFFFFFF").next().to_hex() == "01000000000000000000");
    CHECK(rekey::test::error_of([] { (void)hex(largest).next(); }).code() == Code::refused);
}

TEST_CASE("numbers compare by value, and are shown as people read them") {
    CHECK(ListNumber(9) < ListNumber(10));
    CHECK(ListNumber(255) < ListNumber(256));
    CHECK(hex("00FF") == ListNumber(255));
    CHECK(ListNumber(std::numeric_limits<std::uint64_t>::max()) < hex(largest));
    CHECK(ListNumber(1772366400000000).to_text() == "1772366400000000");
    CHECK(hex("7FFFFFFFFFFFFFFF").to_integer() == std::numeric_limits<std::int64_t>::max());
    CHECK_FALSE(hex("8000000000000000").to_integer());
    CHECK(hex("8000000000000000").to_text() == "0x8000000000000000");
}
