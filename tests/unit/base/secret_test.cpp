#include <doctest/doctest.h>
#include <fmt/format.h>

#include <ostream>
#include <type_traits>

#include "rekey/base/base.hpp"

using namespace rekey;

namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
    out << value;
};

}  // namespace

TEST_CASE("a secret cannot be copied, printed or turned into text") {
    CHECK_FALSE(std::is_copy_constructible_v<Secret>);
    CHECK_FALSE(std::is_copy_assignable_v<Secret>);
    CHECK_FALSE(Streamable<Secret>);
    CHECK_FALSE(fmt::is_formattable<Secret>::value);
    CHECK_FALSE(std::is_convertible_v<Secret, std::string_view>);
}

TEST_CASE("wiping leaves zeros only") {
    Bytes bytes = {1, 2, 3};
    wipe(bytes.data(), bytes.size());
    CHECK(bytes == Bytes{0, 0, 0});
    wipe(nullptr, 0);
}

TEST_CASE("a moved secret is in one place only") {
    Secret first = Secret::copy_of(view_of("hush"));
    Secret second = std::move(first);
    CHECK(text_of(second.view()) == "hush");
    CHECK(first.empty());  // NOLINT: what a moved secret holds is part of its contract
    Secret third = Secret::copy_of(view_of("older"));
    third = std::move(second);
    CHECK(text_of(third.view()) == "hush");
    CHECK(second.empty());  // NOLINT
}

TEST_CASE("shrinking wipes what is cut off and never grows") {
    Secret secret = Secret::copy_of(view_of("password"));
    const std::uint8_t* data = secret.data();
    secret.shrink(4);
    CHECK(text_of(secret.view()) == "pass");
    CHECK(secret.data() == data);
    secret.shrink(100);
    CHECK(secret.size() == 4);
}

TEST_CASE("a secret of a given size begins with zeros") {
    Secret secret(3);
    CHECK(to_bytes(secret.view()) == Bytes{0, 0, 0});
    secret.data()[0] = 7;
    CHECK(secret.view()[0] == 7);
}
