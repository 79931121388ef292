#pragma once

namespace rekey::crypto {

/// Keeps OpenSSL's error queue of this thread empty before and after a call, so that no old reason
/// gets into a new message, here or in a caller that uses OpenSSL itself.
class CleanErrors {
public:
    CleanErrors();
    ~CleanErrors();
    CleanErrors(const CleanErrors&) = delete;
    CleanErrors& operator=(const CleanErrors&) = delete;
};

}  // namespace rekey::crypto
