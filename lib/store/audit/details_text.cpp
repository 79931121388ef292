#include "store/audit/details_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rekey/base/base.hpp"

namespace rekey::store {

namespace {

using nlohmann::json;

/// Every list of `details` with its name, for writing and reading alike.
template <class Details, class Visit>
void each_list(Details& details, const Visit& visit) {
    visit("key_usage", details.key_usage);
    visit("policies", details.policies);
    visit("crl_urls", details.crl_urls);
    visit("ocsp_urls", details.ocsp_urls);
    visit("ca_issuer_urls", details.ca_issuer_urls);
}

json object_of(const CertificateDetails& details) {
    auto object = json::object();
    each_list(details, [&](const char* name, const std::vector<std::string>& list) {
        if (!list.empty()) object[name] = list;
    });
    return object;
}

CertificateDetails details_in(const json& object) {
    CertificateDetails details;
    each_list(details, [&](const char* name, std::vector<std::string>& list) {
        if (object.contains(name)) list = object.at(name).get<std::vector<std::string>>();
    });
    return details;
}

std::string text_of(const json& object) { return object.dump(-1, ' ', false, json::error_handler_t::replace); }

template <class Read>
auto read(const std::string& column, const Read& read) {
    try {
        return read(json::parse(column));
    } catch (const json::exception&) {
        throw Error(Code::corrupt,
                    fmt::format("the store has '{}' where a certificate's details should be", printable(column)));
    }
}

}  // namespace

std::string to_column(const CertificateDetails& details) { return text_of(object_of(details)); }

CertificateDetails details_from(const std::string& column) { return read(column, details_in); }

std::string to_column(const KeptDetails& kept) {
    auto object = object_of(kept.details);
    object["key"] = kept.key;
    object["usages"] = kept.usages;
    return text_of(object);
}

KeptDetails kept_from(const std::string& column) {
    return read(column, [](const json& object) {
        return KeptDetails{object.at("key").get<std::string>(), object.at("usages").get<std::vector<std::string>>(),
                           details_in(object)};
    });
}

}  // namespace rekey::store
