// Names, times and errors.
#include <iostream>
#include <rekey/base/base.hpp>

#include "../example.hpp"

int main() {
    return example::run([] {
        std::cout << "librekey " << rekey::version() << '\n';

        auto slot = rekey::SlotName::parse("unit-1/iam");
        std::cout << slot->to_string() << " is the slot " << slot->on_unit() << " of " << slot->unit << '\n';

        auto begin = rekey::from_rfc3339("2036-11-30T08:00:00Z");
        auto three_months = rekey::Period::parse("3mo");
        std::cout << rekey::to_rfc3339(three_months->after(*begin)) << '\n';

        std::cout << rekey::to_hex(rekey::sha256(rekey::view_of("abc"))).substr(0, 8) << '\n';

        try {
            rekey::require_name("unit/1", "unit");
        } catch (const rekey::Error& error) {
            std::cout << (error.code() == rekey::Code::usage ? "usage: " : "") << error.message() << '\n';
        }
    });
}
