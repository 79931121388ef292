/// Managed payloads: property lists, profiles and JSON.
#include "rekey/payload/payload.hpp"

#include "fuzz.hpp"
#include "payload/json.hpp"
#include "payload/property_list.hpp"

using namespace rekey;

namespace {

constexpr std::string_view passphrase = "Kaulquappe-4711-Zimtstern";

void read_entries(ByteView input) {
    std::vector<payload::Entry> entries;
    if (!fuzz::takes([&] { entries = payload::parse(input); })) return;
    auto again = payload::parse(input);
    fuzz::require(again.size() == entries.size(), "the same payload has two numbers of entries");
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& entry = entries[i];
        fuzz::require(again[i].digest == entry.digest, "the same entry has two digests");
        for (const auto& text : {entry.id, entry.name, entry.scope, entry.client_id, entry.key_id})
            fuzz::require(printable(text) == text, "an entry has control characters");
        // scrypt takes as long as it is meant to.
        if (entry.protection != payload::Protection::hkdf || i >= 4) continue;
        auto secret = Secret::copy_of(view_of(passphrase));
        fuzz::takes([&] { payload::decrypt(entry, secret); }, passphrase);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteView input(data, size);
    read_entries(input);
    fuzz::takes([&] {
        auto written = payload::write_json(payload::read_json(text_of(input)));
        fuzz::require(payload::write_json(payload::read_json(written)) == written,
                      "JSON is not read as it was written");
    });
    fuzz::takes([&] { payload::read_binary(input); });
    fuzz::takes([&] { payload::read_xml(text_of(input)); });
    return 0;
}
