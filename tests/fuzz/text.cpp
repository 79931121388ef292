/// Numbers, names, times, periods, subjects, URLs: small texts that people and files give.
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "crypto/encoding/base64.hpp"
#include "fuzz.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;

namespace {

void read_names(const std::string& text) {
    fuzz::takes([&] { require_name(text, "unit"); });
    if (auto slot = SlotName::parse(text)) fuzz::require(slot->to_string() == text, "a slot is written otherwise");
    auto shown = printable(text);
    fuzz::require(printable(shown) == shown, "what can be shown cannot be shown");
    fuzz::require(!is_name(text) || shown == text, "a name cannot be shown");
    auto escaped = crypto::escape_controls(text);
    fuzz::require(printable(escaped) == escaped, "escaped text cannot be shown");
}

void read_numbers(const std::string& text) {
    if (auto bytes = from_hex(text)) fuzz::require(from_hex(to_hex(*bytes)) == *bytes, "hex is not exact");
    if (auto bytes = crypto::decode_base64(text))
        fuzz::require(crypto::encode_base64(*bytes) == text, "base64 is not exact");
    if (auto time = from_rfc3339(text)) fuzz::require(from_rfc3339(to_rfc3339(*time)) == *time, "a time is not exact");
    auto period = Period::parse(text);
    if (!period) return;
    fuzz::require(Period::parse(period->to_string()) == *period, "a period is not read as it was written");
    auto now = from_unix(1795000000);
    fuzz::require(period->after(now) >= now && period->before(now) <= now, "a period goes backwards");
    fuzz::require(period->approximate().count() >= 0, "a period is less than nothing");
    to_rfc3339(period->after(now));
    to_rfc3339(period->before(now));
}

void read_certificate_names(const std::string& text) {
    fuzz::takes([&] {
        auto attributes = policy::parse_subject(text);
        fuzz::takes([&] {
            auto written = crypto::to_text(attributes);
            fuzz::require(printable(written) == written, "a subject has control characters");
        });
    });
    fuzz::takes([&] {
        auto sans = crypto::normalised_sans({text});
        fuzz::require(crypto::normalised_sans(sans) == sans, "a name is normalised further");
        for (const auto& san : sans) fuzz::require(printable(san) == san, "a name has control characters");
    });
    fuzz::takes([&] {
        auto usages = crypto::normalised_usages({text});
        fuzz::require(crypto::normalised_usages(usages) == usages, "a usage is normalised further");
    });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(text_of(ByteView(data, size)));
    read_names(text);
    read_numbers(text);
    read_certificate_names(text);
    return 0;
}
