#include "crypto/certificates/details.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"

namespace rekey::crypto {

namespace {

using Texts = std::vector<std::string>;
using BitString = Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using Policies = Handle<CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free>;
using DistributionPoints = Handle<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using Access = Handle<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;
using Usages = Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using Object = Handle<ASN1_OBJECT, ASN1_OBJECT_free>;

/// By the number of their bit (RFC 5280, 4.2.1.3).
constexpr std::array<std::string_view, 9> key_usages{"digitalSignature", "nonRepudiation", "keyEncipherment",
                                                     "dataEncipherment", "keyAgreement",   "keyCertSign",
                                                     "cRLSign",          "encipherOnly",   "decipherOnly"};

bool is_of_a_ca(std::string_view usage) { return usage == "keyCertSign" || usage == "cRLSign"; }

/// The decoded value; null when the extension is absent or damaged.
template <class T>
T decode(const CertificateInfo& info, int nid) {
    const X509_EXTENSION* extension = find_extension(info, nid);
    if (extension == nullptr) return nullptr;
    return T(static_cast<typename T::pointer>(X509V3_EXT_d2i(const_cast<X509_EXTENSION*>(extension))));
}

void add_once(Texts& list, std::string text) {
    if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

Texts key_usage_of(const CertificateInfo& info) {
    Texts found;
    auto bits = decode<BitString>(info, NID_key_usage);
    for (std::size_t i = 0; bits && i < key_usages.size(); ++i)
        if (ASN1_BIT_STRING_get_bit(bits.get(), static_cast<int>(i)) != 0) found.emplace_back(key_usages[i]);
    return found;
}

std::string ia5(const ASN1_STRING& text) { return escape_controls(text_of(bytes_of(text))); }

/// The address of the practice statement; empty where there is none.
std::string statement_of(const POLICYINFO& policy) {
    for (int i = 0; i < sk_POLICYQUALINFO_num(policy.qualifiers); ++i) {
        const POLICYQUALINFO* qualifier = sk_POLICYQUALINFO_value(policy.qualifiers, i);
        if (OBJ_obj2nid(qualifier->pqualid) == NID_id_qt_cps) return ia5(*qualifier->d.cpsuri);
    }
    return {};
}

Texts policies_of(const CertificateInfo& info) {
    Texts found;
    auto policies = decode<Policies>(info, NID_certificate_policies);
    for (int i = 0; i < sk_POLICYINFO_num(policies.get()); ++i) {
        const POLICYINFO* policy = sk_POLICYINFO_value(policies.get(), i);
        auto statement = statement_of(*policy);
        add_once(found, dotted(*policy->policyid) + (statement.empty() ? "" : " " + statement));
    }
    return found;
}

bool is_url(const GENERAL_NAME& name) { return name.type == GEN_URI; }

/// Visits each name of each distribution point that is named in full.
template <class Visit>
void each_crl_name(const CRL_DIST_POINTS* points, const Visit& visit) {
    for (int i = 0; i < sk_DIST_POINT_num(points); ++i) {
        const DIST_POINT* point = sk_DIST_POINT_value(points, i);
        if (point->distpoint == nullptr || point->distpoint->type != 0) continue;
        const GENERAL_NAMES* names = point->distpoint->name.fullname;
        for (int j = 0; j < sk_GENERAL_NAME_num(names); ++j) visit(*sk_GENERAL_NAME_value(names, j));
    }
}

Texts crl_urls_of(const CertificateInfo& info) {
    Texts found;
    auto points = decode<DistributionPoints>(info, NID_crl_distribution_points);
    each_crl_name(points.get(), [&](const GENERAL_NAME& name) {
        if (is_url(name)) add_once(found, ia5(*name.d.uniformResourceIdentifier));
    });
    return found;
}

Texts access_urls_of(const CertificateInfo& info, int method) {
    Texts found;
    auto access = decode<Access>(info, NID_info_access);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
        const ACCESS_DESCRIPTION* description = sk_ACCESS_DESCRIPTION_value(access.get(), i);
        if (OBJ_obj2nid(description->method) == method && is_url(*description->location))
            add_once(found, ia5(*description->location->d.uniformResourceIdentifier));
    }
    return found;
}

/// BIT STRING of named bits: no zero bits at the end (X.690, 11.2.2).
Bytes bits_of(const Texts& usages) {
    std::array<std::uint8_t, 2> bytes{};
    std::size_t last = 0;
    for (std::size_t i = 0; i < key_usages.size(); ++i) {
        if (std::ranges::find(usages, key_usages[i]) == usages.end()) continue;
        bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | (0x80U >> (i % 8)));
        last = i;
    }
    const std::uint8_t unused[] = {static_cast<std::uint8_t>(7 - last % 8)};
    return der::value(der::bit_string_tag, {unused, ByteView(bytes).first(last / 8 + 1)});
}

Bytes url_name(const std::string& url) { return der::value(der::context(GEN_URI, false), {view_of(url)}); }

void append(Bytes& all, const Bytes& more) { all.insert(all.end(), more.begin(), more.end()); }

Bytes oid_of(const std::string& text) {
    Object object(OBJ_txt2obj(text.c_str(), 1));
    if (!object) fail("OpenSSL does not know the object " + text);
    return der::oid(*object);
}

Bytes encode_policies(const Texts& policies) {
    Bytes all;
    for (const auto& policy : policies) {
        auto space = policy.find(' ');
        Bytes qualifiers;
        if (space != std::string::npos) {
            Bytes statement = der::value(der::ia5_string_tag, {view_of(policy).subspan(space + 1)});
            qualifiers = der::sequence({der::sequence({der::oid(NID_id_qt_cps), statement})});
        }
        append(all, der::sequence({oid_of(policy.substr(0, space)), qualifiers}));
    }
    return der::sequence({all});
}

Bytes encode_distribution_points(const Texts& urls) {
    Bytes all;
    for (const auto& url : urls) {
        Bytes full_name = der::value(der::context(0, true), {url_name(url)});
        append(all, der::sequence({der::value(der::context(0, true), {full_name})}));
    }
    return der::sequence({all});
}

Bytes encode_access(const CertificateDetails& details) {
    Bytes all;
    for (const auto& url : details.ocsp_urls) append(all, der::sequence({der::oid(NID_ad_OCSP), url_name(url)}));
    for (const auto& url : details.ca_issuer_urls)
        append(all, der::sequence({der::oid(NID_ad_ca_issuers), url_name(url)}));
    return der::sequence({all});
}

[[noreturn]] void refuse(const std::string& text, std::string_view what, std::string hint) {
    throw Error(Code::usage, fmt::format("'{}' is not {}", escape_controls(text), what), std::move(hint));
}

std::string normalised_url(const std::string& url) {
    auto scheme = url.substr(0, url.find(':'));
    bool known = scheme == "http" || scheme == "https" || scheme == "ldap" || scheme == "ldaps" || scheme == "ftp";
    bool visible = std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7F; });
    if (!known || !visible || url.find("://") != scheme.size() || url.size() <= scheme.size() + 3)
        refuse(url, "a URL", "write http://HOST/FILE, or one that begins with https, ldap, ldaps or ftp");
    return url;
}

std::string normalised_policy(const std::string& policy) {
    auto space = policy.find(' ');
    auto number = policy.substr(0, space);
    bool digits = number.find('.') != std::string::npos && number.find_first_not_of("0123456789.") == std::string::npos;
    Object object(digits ? OBJ_txt2obj(number.c_str(), 1) : nullptr);
    if (!object) refuse(policy, "a certificate policy", "write its number, as 2.23.140.1.2.1");
    return dotted(*object) + (space == std::string::npos ? "" : " " + normalised_url(policy.substr(space + 1)));
}

}  // namespace

std::vector<std::string> normalised_key_usage(const std::vector<std::string>& usages) {
    for (const auto& usage : usages) {
        if (std::ranges::find(key_usages, usage) == key_usages.end())
            refuse(usage, "a key usage",
                   "use digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment or keyAgreement");
        if (is_of_a_ca(usage)) refuse(usage, "a key usage of a unit", "only a CA has it");
    }
    Texts result;
    for (auto each : key_usages)
        if (std::ranges::find(usages, each) != usages.end()) result.emplace_back(each);
    return result;
}

std::vector<std::string> normalised_policies(const std::vector<std::string>& policies) {
    CleanErrors clean;
    Texts result;
    for (const auto& policy : policies) add_once(result, normalised_policy(policy));
    return result;
}

std::vector<std::string> normalised_urls(const std::vector<std::string>& urls) {
    Texts result;
    for (const auto& url : urls) add_once(result, normalised_url(url));
    return result;
}

std::vector<std::string> default_key_usage(std::string_view key_name) {
    if (key_name.starts_with("rsa-")) return {"digitalSignature", "keyEncipherment"};
    return {"digitalSignature"};
}

std::vector<std::string> key_usage_for(std::string_view key_name, const std::vector<std::string>& usages) {
    Texts kept;
    bool encrypts = key_name.starts_with("rsa-");
    bool agrees = key_name.starts_with("ec-") || encrypts;
    for (const auto& usage : usages) {
        bool needs_encryption = usage == "keyEncipherment" || usage == "dataEncipherment";
        bool needs_agreement = usage == "keyAgreement" || usage == "encipherOnly" || usage == "decipherOnly";
        if ((needs_encryption && !encrypts) || (needs_agreement && !agrees)) continue;
        kept.push_back(usage);
    }
    return kept;
}

CertificateDetails details_of(const CertificateInfo& info) {
    return {key_usage_of(info), policies_of(info), crl_urls_of(info), access_urls_of(info, NID_ad_OCSP),
            access_urls_of(info, NID_ad_ca_issuers)};
}

Bytes encode_key_usage(const CertificateDetails& details) {
    if (details.key_usage.empty()) return {};
    return encode_extension(NID_key_usage, true, bits_of(details.key_usage));
}

Bytes encode_policies_and_addresses(const CertificateDetails& details) {
    Bytes all;
    if (!details.policies.empty())
        append(all, encode_extension(NID_certificate_policies, false, encode_policies(details.policies)));
    if (!details.crl_urls.empty())
        append(all, encode_extension(NID_crl_distribution_points, false, encode_distribution_points(details.crl_urls)));
    if (!details.ocsp_urls.empty() || !details.ca_issuer_urls.empty())
        append(all, encode_extension(NID_info_access, false, encode_access(details)));
    return all;
}

namespace {

constexpr std::array made_here{NID_basic_constraints,
                               NID_key_usage,
                               NID_ext_key_usage,
                               NID_subject_key_identifier,
                               NID_authority_key_identifier,
                               NID_subject_alt_name,
                               NID_certificate_policies,
                               NID_crl_distribution_points,
                               NID_info_access};

std::string title_of(const ASN1_OBJECT& object) {
    int nid = OBJ_obj2nid(&object);
    return nid == NID_undef ? dotted(object) : fmt::format("{} ({})", OBJ_nid2ln(nid), dotted(object));
}

void note_other_extensions(const CertificateInfo& info, Texts& found) {
    for (int i = 0; i < sk_X509_EXTENSION_num(info.extensions); ++i) {
        X509_EXTENSION* extension = sk_X509_EXTENSION_value(info.extensions, i);
        const ASN1_OBJECT* object = X509_EXTENSION_get_object(extension);
        if (std::ranges::find(made_here, OBJ_obj2nid(object)) != made_here.end()) continue;
        found.push_back(fmt::format("{}extension {}", X509_EXTENSION_get_critical(extension) != 0 ? "critical " : "",
                                    title_of(*object)));
    }
}

void note_policies(const CertificateInfo& info, Texts& found) {
    auto policies = decode<Policies>(info, NID_certificate_policies);
    for (int i = 0; i < sk_POLICYINFO_num(policies.get()); ++i) {
        const POLICYINFO* policy = sk_POLICYINFO_value(policies.get(), i);
        int kept = statement_of(*policy).empty() ? 0 : 1;
        if (sk_POLICYQUALINFO_num(policy->qualifiers) > kept)
            found.push_back("notice of the certificate policy " + dotted(*policy->policyid));
    }
}

void note_addresses(const CertificateInfo& info, Texts& found) {
    auto points = decode<DistributionPoints>(info, NID_crl_distribution_points);
    for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
        const DIST_POINT* point = sk_DIST_POINT_value(points.get(), i);
        bool plain = point->distpoint != nullptr && point->distpoint->type == 0 && point->reasons == nullptr &&
                     point->CRLissuer == nullptr;
        if (!plain) found.emplace_back("CRL distribution point with reasons, another issuer, or a relative name");
    }
    each_crl_name(points.get(), [&](const GENERAL_NAME& name) {
        if (!is_url(name)) found.push_back("CRL distribution point " + to_text(name));
    });
    auto access = decode<Access>(info, NID_info_access);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
        const ACCESS_DESCRIPTION* description = sk_ACCESS_DESCRIPTION_value(access.get(), i);
        int method = OBJ_obj2nid(description->method);
        if (!is_url(*description->location) || (method != NID_ad_OCSP && method != NID_ad_ca_issuers))
            found.push_back("authority information " + title_of(*description->method));
    }
}

}  // namespace

std::vector<std::string> not_made_here(const X509Certificate& certificate) {
    CleanErrors clean;
    const CertificateInfo& info = *certificate.fields().info;
    Texts found;
    if (is_ca(info)) found.emplace_back("basic constraints CA:TRUE");
    for (const auto& usage : key_usage_of(info))
        if (is_of_a_ca(usage)) found.push_back("key usage " + usage);
    const X509_EXTENSION* usages = find_extension(info, NID_ext_key_usage);
    if (usages != nullptr && X509_EXTENSION_get_critical(usages) != 0)
        found.emplace_back("extended key usages marked critical");
    note_other_extensions(info, found);
    note_policies(info, found);
    note_addresses(info, found);
    return found;
}

}  // namespace rekey::crypto
