#include "payload/content.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/utf16.hpp"
#include "crypto/certificates/signed_content.hpp"
#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/pem.hpp"
#include "payload/json.hpp"
#include "payload/old_property_list.hpp"
#include "payload/property_list.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

// A profile within a signature within PEM, and nothing sensible beyond.
constexpr int most_wrappings = 4;

std::string_view without_mark(std::string_view text) {
    constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
    if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
    return text;
}

/// XML that says that it is in UTF-16 was, until now.
void forget_encoding(std::string& xml) {
    auto end = std::min(xml.find("?>"), xml.size());
    auto encoding = xml.find(" encoding=");
    if (!xml.starts_with("<?xml") || encoding == std::string::npos || encoding > end) return;
    auto close = xml.find(xml[encoding + std::string_view(" encoding=").size()], encoding + 11);
    if (close < end) xml.erase(encoding, close + 1 - encoding);
}

/// Base64 of something else that is read here, as mail and web pages carry it.
std::optional<Bytes> decoded(std::string_view text) {
    std::string joined;
    std::ranges::copy_if(text, std::back_inserter(joined),
                         [](char c) { return std::string_view(" \t\r\n").find(c) == std::string_view::npos; });
    constexpr std::size_t too_short = 32;
    return joined.size() < too_short ? std::nullopt : crypto::decode_base64(joined);
}

class ContentReader {
public:
    explicit ContentReader(std::vector<Signer>& signers) : signers_(signers) {}

    PayloadValue read(ByteView content) {
        if (++wrappings_ > most_wrappings) refuse("a payload that is wrapped too often", "give the profile itself");
        std::string_view text = text_of(content);
        if (text.starts_with("bplist")) return read_binary(content);
        if (crypto::is_signed_content(content)) return read_signed(content);
        if (auto utf8 = utf8_of_utf16(text)) {
            forget_encoding(*utf8);
            return read(view_of(*utf8));
        }
        if (Utf16Decoder::order_of(text)) refuse("UTF-16 that ends within a character", "is the file whole?");
        return read_text(without_mark(text));
    }

private:
    PayloadValue read_text(std::string_view text) {
        auto first = text.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos)
            refuse("empty, where a managed payload is needed", "take it from its source");
        auto rest = text.substr(first);
        if (rest.starts_with("-----BEGIN ")) return read_pem(rest);
        if (rest.front() == '<') return read_xml(text);
        if (rest.front() == '[') return read_json(text);
        if (rest.front() == '{') return is_json(rest) ? read_json(text) : read_old_property_list(text);
        if (rest.front() == '(') return read_old_property_list(text);
        if (auto bytes = decoded(rest)) return read(*bytes);
        refuse("neither a property list nor a profile nor JSON", "give the managed payload that has the credentials");
    }

    /// An object begins with a quoted name and a colon, a dictionary of old with a name and an equals sign.
    static bool is_json(std::string_view text) {
        auto at = text.find_first_not_of(" \t\r\n", 1);
        if (at == std::string_view::npos || text[at] == '}') return true;
        if (text[at] != '"') return false;
        for (++at; at < text.size() && text[at] != '"'; ++at)
            if (text[at] == '\\') ++at;
        at = at >= text.size() ? at : text.find_first_not_of(" \t\r\n", at + 1);
        return at >= text.size() || text[at] != '=';
    }

    PayloadValue read_pem(std::string_view text) {
        crypto::PemReader reader(view_of(text));
        while (auto block = reader.next())
            if (block->label == "PKCS7" || block->label == "CMS") return read(block->content.view());
        refuse("PEM, where a managed payload is needed", "a key on its own goes into credential add or rotate");
    }

    PayloadValue read_signed(ByteView content) {
        auto opened = crypto::open_signed_content(content);
        for (const auto& certificate : opened.signers) {
            auto facts = certificate.facts();
            signers_.push_back({facts.subject, facts.issuer, certificate.fingerprint_sha256(), facts.not_after});
        }
        return read(opened.content);
    }

    std::vector<Signer>& signers_;
    int wrappings_ = 0;
};

}  // namespace

PayloadValue read_content(ByteView content, std::vector<Signer>& signers) {
    return ContentReader(signers).read(content);
}

}  // namespace rekey::payload
