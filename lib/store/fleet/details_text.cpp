#include "store/fleet/details_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rekey/base/base.hpp"
#include "store/fleet/certificate_fields.hpp"

namespace rekey::store {

namespace {

using nlohmann::json;

json object_of(const CertificateDetails& details) {
    auto object = json::object();
    each_field(details_fields, [&](auto field) {
        if (const auto& list = details.*field.member; !list.empty()) object[field.name] = list;
    });
    return object;
}

CertificateDetails details_in(const json& object) {
    CertificateDetails details;
    each_field(details_fields, [&](auto field) {
        if (object.contains(field.name)) object.at(field.name).get_to(details.*field.member);
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
