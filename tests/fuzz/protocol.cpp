/// Lines of a unit's helper: what is read of them is what would be written.
#include "units/helper/protocol.hpp"

#include "base/limits.hpp"
#include "fuzz.hpp"

using namespace rekey;
using namespace rekey::units;

namespace {

void read_members(const protocol::Json& message) {
    fuzz::takes([&] { protocol::place(message); });
    fuzz::takes([&] { protocol::leaf(message); });
    for (const char* name : {"id", "version"}) fuzz::takes([&] { protocol::number(message, name); });
    for (const char* name : {"op", "address", "token", "command", "key"})
        fuzz::takes([&] {
            auto text = protocol::text(message, name);
            fuzz::require(text.size() <= limits::helper_text, "a text is longer than it may be");
        });
    fuzz::takes([&] { protocol::flag(message, "changed"); });
    fuzz::takes([&] {
        auto der = protocol::der(message, "request");
        fuzz::require(protocol::der(protocol::to_json_der("request", der), "request") == der, "base64 is not exact");
    });
    fuzz::takes([&] {
        auto holding = protocol::holding(message);
        auto again = protocol::holding(protocol::from_line(protocol::to_line(protocol::to_json(holding))));
        fuzz::require(again.place == holding.place && again.chain == holding.chain &&
                          again.key_matches == holding.key_matches && again.trouble.empty() == holding.trouble.empty(),
                      "a slot is not read as it was written");
    });
    fuzz::takes([&] {
        auto error = protocol::to_error(message, "helper");
        fuzz::require(printable(error.message()) == error.message() && printable(error.hint()) == error.hint(),
                      "a helper's error has control characters");
        auto again = protocol::to_error(protocol::to_json(error), "helper");
        fuzz::require(again.code() == error.code(), "the class of an error is not read as it was written");
    });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto line = text_of(ByteView(data, size));
    fuzz::takes([&] {
        auto message = protocol::from_line(line);
        auto written = protocol::to_line(message);
        fuzz::require(written.ends_with('\n') && written.find('\n') == written.size() - 1, "a message is no line");
        auto again = protocol::from_line(std::string_view(written).substr(0, written.size() - 1));
        fuzz::require(protocol::to_line(again) == written, "a message is not read as it was written");
        read_members(message);
        for (const char* inner : {"result", "error", "slot"})
            if (auto found = message.find(inner); found != message.end() && found->is_object()) read_members(*found);
    });
    return 0;
}
