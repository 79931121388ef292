#pragma once

#include <tuple>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"

/// What a certificate is: columns, JSON and CSV follow from these lists.
namespace rekey::store {

/// What a certificate says, as columns of `issuers` and `certificates` alike, and in the groups of listings.
inline constexpr std::tuple name_and_validity_fields{
    record_field<Shown::in_lists>("number", &CertificateFacts::number),
    record_field<Shown::in_lists>("subject", &CertificateFacts::subject),
    record_field<Shown::in_lists>("issuer_name", &CertificateFacts::issuer, "issuer"),
    record_field<Shown::in_lists>("not_before", &CertificateFacts::not_before, "issued_at"),
    record_field<Shown::in_lists>("not_after", &CertificateFacts::not_after, "expires_at"),
};
inline constexpr std::tuple algorithm_fields{
    record_field<Shown::in_lists>("key", &CertificateFacts::key),
    record_field<Shown::in_lists>("signature", &CertificateFacts::signature),
};
inline constexpr std::tuple further_facts_fields{
    record_field<Shown::alone>("sans", &CertificateFacts::sans),
    record_field<Shown::alone>("usages", &CertificateFacts::usages),
    record_field<Shown::in_lists>("fingerprint", &CertificateFacts::fingerprint_sha256, "fingerprint_sha256"),
    record_field<Shown::never>("is_ca", &CertificateFacts::is_ca),
};
inline constexpr auto facts_fields = std::tuple_cat(name_and_validity_fields, algorithm_fields, further_facts_fields);
/// Kept in one column, as JSON.
inline constexpr std::tuple details_fields{
    record_field<Shown::alone>("key_usage", &CertificateDetails::key_usage),
    record_field<Shown::alone>("policies", &CertificateDetails::policies, "certificate_policies"),
    record_field<Shown::alone>("crl_urls", &CertificateDetails::crl_urls),
    record_field<Shown::alone>("ocsp_urls", &CertificateDetails::ocsp_urls),
    record_field<Shown::alone>("ca_issuer_urls", &CertificateDetails::ca_issuer_urls),
};
/// What the home knows of a certificate besides. Its state is shown in words of their own.
inline constexpr std::tuple origin_fields{
    record_field<Shown::never>("same_as", &Certificate::same_as),
    record_field<Shown::never>("state", &Certificate::state),
    record_field<Shown::in_lists>("reason", &Certificate::reason),
    record_field<Shown::in_lists>("predecessor", &Certificate::predecessor),
};
inline constexpr std::tuple record_time_fields{
    record_field<Shown::alone>("recorded_at", &Certificate::recorded_at),
    record_field<Shown::alone>("ended_at", &Certificate::ended_at),
};
inline constexpr std::tuple author_fields{
    record_field<Shown::alone>("actor", &Certificate::actor),
    record_field<Shown::alone>("comment", &Certificate::comment),
};
inline constexpr auto certificate_fields = std::tuple_cat(origin_fields, record_time_fields, author_fields);

}  // namespace rekey::store
