#include "crypto/certificates/extension.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>

#include <algorithm>

#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"

namespace rekey::crypto {

namespace {

using Names = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using Usages = Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using Object = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;
using KeyId = Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using BasicConstraints = Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;

template <class F>
void for_each(const CertificateInfo& info, int nid, F visit) {
    for (int i = 0; i < sk_X509_EXTENSION_num(info.extensions); ++i) {
        X509_EXTENSION* extension = sk_X509_EXTENSION_value(info.extensions, i);
        if (OBJ_obj2nid(X509_EXTENSION_get_object(extension)) == nid) visit(*extension);
    }
}

/// The decoded value; null when it is damaged.
template <class T>
T decode(const X509_EXTENSION& extension) {
    return T(static_cast<typename T::pointer>(X509V3_EXT_d2i(const_cast<X509_EXTENSION*>(&extension))));
}

std::vector<std::string> sorted_once(std::vector<std::string> texts) {
    std::ranges::sort(texts);
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    return texts;
}

Object object_of(const std::string& text) { return Object(OBJ_txt2obj(text.c_str(), 0)); }

/// Usages that can be named by a word: RFC 5280's own, and Microsoft's and Netscape's. Every other
/// object of OpenSSL has a short name too, so that a slip would pass for a usage.
bool is_usage_arc(std::string_view number) {
    return number == "2.5.29.37.0" || number.starts_with("1.3.6.1.5.5.7.3.") || number.starts_with("1.3.6.1.5.2.3.") ||
           number.starts_with("1.3.6.1.4.1.311.") || number.starts_with("2.16.840.1.113730.4.");
}

bool is_dotted(std::string_view text) {
    return text.find('.') != std::string_view::npos && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string normalised_usage(const std::string& usage) {
    Object object = object_of(usage);
    if (!object || (!is_dotted(usage) && !is_usage_arc(dotted(*object))))
        throw Error(Code::usage, fmt::format("'{}' is not an extended key usage", escape_controls(usage)),
                    "use serverAuth, clientAuth, another name of OpenSSL, or a dotted number as 1.3.6.1.5.5.7.3.1");
    return to_text(*object);
}

}  // namespace

std::vector<std::string> normalised_usages(const std::vector<std::string>& usages) {
    CleanErrors clean;
    std::vector<std::string> result;
    for (const auto& usage : usages) result.push_back(normalised_usage(usage));
    return sorted_once(std::move(result));
}

Bytes encode_extension(int nid, bool critical, ByteView content) {
    constexpr std::uint8_t is_true[] = {der::boolean_tag, 1, 0xFF};
    return der::sequence({der::oid(nid), critical ? ByteView(is_true) : ByteView(), der::octet_string(content)});
}

Bytes encode_usages(const std::vector<std::string>& usages) {
    Bytes objects;
    for (const auto& usage : usages) {
        Object object = object_of(usage);
        if (!object) fail("OpenSSL does not know the usage " + usage);
        Bytes encoded = der::oid(*object);
        objects.insert(objects.end(), encoded.begin(), encoded.end());
    }
    return der::sequence({objects});
}

Bytes encode_authority_key(ByteView identifier) {
    return der::sequence({der::value(der::context(0, false), {identifier})});
}

const X509_EXTENSION* find_extension(const CertificateInfo& info, int nid) {
    const X509_EXTENSION* found = nullptr;
    for_each(info, nid, [&](const X509_EXTENSION& extension) {
        if (found == nullptr) found = &extension;
    });
    return found;
}

std::vector<std::string> sans_of(const CertificateInfo& info) {
    std::vector<std::string> sans;
    for_each(info, NID_subject_alt_name, [&](const X509_EXTENSION& extension) {
        auto names = decode<Names>(extension);
        for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i)
            sans.push_back(to_text(*sk_GENERAL_NAME_value(names.get(), i)));
    });
    return sorted_once(std::move(sans));
}

std::vector<std::string> usages_of(const CertificateInfo& info) {
    std::vector<std::string> usages;
    for_each(info, NID_ext_key_usage, [&](const X509_EXTENSION& extension) {
        auto objects = decode<Usages>(extension);
        for (int i = 0; i < sk_ASN1_OBJECT_num(objects.get()); ++i)
            usages.push_back(to_text(*sk_ASN1_OBJECT_value(objects.get(), i)));
    });
    return sorted_once(std::move(usages));
}

bool is_ca(const CertificateInfo& info) {
    bool found = false;
    for_each(info, NID_basic_constraints, [&](const X509_EXTENSION& extension) {
        auto constraints = decode<BasicConstraints>(extension);
        found = found || (constraints && constraints->ca != 0);
    });
    return found;
}

std::optional<Bytes> subject_key_of(const CertificateInfo& info) {
    const X509_EXTENSION* extension = find_extension(info, NID_subject_key_identifier);
    if (extension == nullptr) return std::nullopt;
    auto identifier = decode<KeyId>(*extension);
    if (!identifier) return std::nullopt;
    return to_bytes(bytes_of(*identifier));
}

}  // namespace rekey::crypto
