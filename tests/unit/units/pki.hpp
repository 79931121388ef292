#pragma once

#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/request.hpp"
#include "rekey/base/base.hpp"

namespace rekey::test {

inline Time test_now() { return *from_rfc3339("2026-06-01T12:00:00Z"); }

/// Runs a shell command; its output, standard error included, and whether it succeeded.
inline std::pair<std::string, bool> shell(const std::string& command) {
    FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("popen");
    std::string output;
    char buffer[4096];
    for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, got);
    return {output, ::pclose(pipe) == 0};
}

/// The same, where failure is a mistake in the test.
inline std::string must(const std::string& command) {
    auto [output, good] = shell(command);
    if (!good) throw std::runtime_error(command + ": " + output);
    return output;
}

/// Signs what a unit asks for.
class TestAuthority {
public:
    TestAuthority()
        : authority_(crypto::Authority::create("ec-p256", {{"CN", "Test CA"}}, crypto::make_number(),
                                               test_now() - std::chrono::hours(24),
                                               test_now() + std::chrono::days(4000))) {}

    std::vector<Bytes> issue(ByteView request, const std::string& name = "unit-1") const {
        crypto::LeafTemplate leaf{crypto::make_number(),
                                  {{"CN", name}},
                                  {"dns:" + name},
                                  {"serverAuth"},
                                  test_now() - std::chrono::hours(1),
                                  test_now() + std::chrono::days(365)};
        auto certificate = authority_.sign(leaf, crypto::verify_request(request).public_key);
        return {certificate.der(), authority_.certificate().der()};
    }

    const crypto::Authority& authority() const { return authority_; }

private:
    crypto::Authority authority_;
};

}  // namespace rekey::test
