#pragma once

#include <optional>
#include <string>

#include "tenants/provider/http.hpp"

/// What an answer over HTTP says. Only the provider's own word about a client, an OAuth error object, is a no to
/// it; anything between us and the provider may answer too.
namespace rekey::tenants {

/// For messages: `https://host` of where something was asked, without path and query.
std::string server_of(const std::string& url);

/// What every answer has in common; nothing when the caller has to look at it.
std::optional<Failure> common_failure(const HttpAnswer& answer, const std::string& url);
/// Of the API: it does not let us.
std::optional<Failure> refused(const HttpAnswer& answer, const std::string& url);
/// Something else than was asked for.
Failure no_answer(const HttpAnswer& answer, const std::string& url);

/// One page of `/orgDevices`, which was asked for at `base` with `cursor`.
Answer<DevicePage> read_devices(const HttpAnswer& answer, const std::string& base, const std::string& cursor);
/// `/orgDevices/ID`.
Answer<DeviceAnswer> read_device(const HttpAnswer& answer, const std::string& url);
/// `/orgDevices/ID/appleCareCoverage`, of that device.
Answer<CoverageAnswer> read_coverage(const HttpAnswer& answer, const std::string& url, const std::string& device_id);

/// Of the token endpoint (RFC 6749, 5.2), with any status but 200, which has no `common_failure`. `ahead`: how far our
/// clock was.
Failure refused_token(const HttpAnswer& answer, const store::Credential& credential, std::optional<Seconds> ahead);

}  // namespace rekey::tenants
