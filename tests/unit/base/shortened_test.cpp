#include "base/text/shortened.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "base/text/foreign_errors.hpp"

using namespace rekey;

TEST_CASE("a text is kept as far as a few hundred bytes") {
    CHECK(shortened("") == "");
    CHECK(shortened("abc") == "abc");
    CHECK(shortened("a\xFF\n") == "a\\xFF\\x0A");
    CHECK(shortened("abcdef", 3) == "abc… (3 bytes more)");
    CHECK(shortened("aüü", 2) == "a… (4 bytes more)");
    CHECK(shortened("\x80\x80\x80\x80\x80", 4) == "\\x80… (4 bytes more)");
    CHECK(shortened(std::string(longest_shown, 'x')) == std::string(longest_shown, 'x'));
}

TEST_CASE("what another library throws ends one of many, in our words") {
    auto code_and_text = [](const std::exception& thrown) {
        try {
            for_one([&] { throw std::runtime_error(thrown.what()); });
        } catch (const Error& e) {
            CHECK(e.code() == Code::failed);
            return e.message();
        }
        return std::string{};
    };
    CHECK(code_and_text(std::runtime_error("odd \xFF byte")) == "an error that was not foreseen: odd \\xFF byte");
    CHECK_THROWS_AS(for_one([] { throw std::bad_alloc(); }), std::bad_alloc);
    CHECK_THROWS_WITH_AS(for_one([] { throw Error(Code::refused, "no"); }), "no", Error);
    CHECK(for_one([] { return 7; }) == 7);
}
