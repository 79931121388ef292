#pragma once

#include <doctest/doctest.h>
#include <openssl/err.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "base/temporary_folder.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/request.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto::test {

/// A temporary folder in which the `openssl` command makes data and judges ours.
class Workshop {
public:
    void write(const std::string& name, std::string_view content) const {
        rekey::test::write_to(folder_ / name, std::string(content));
    }
    void write(const std::string& name, ByteView content) const { write(name, text_of(content)); }

    std::string read(const std::string& name) const {
        REQUIRE_MESSAGE(std::filesystem::exists(folder_ / name), name);
        return rekey::test::content_of(folder_ / name);
    }
    Bytes read_bytes(const std::string& name) const { return to_bytes(view_of(read(name))); }

    struct Outcome {
        int status;
        std::string output;  ///< stdout and stderr
    };
    /// Runs a shell command in the folder.
    Outcome run(const std::string& command) const {
        std::string whole = "cd '" + folder_.path() + "' && { " + command + "; } 2>&1 </dev/null";
        FILE* pipe = popen(whole.c_str(), "r");
        REQUIRE(pipe != nullptr);
        std::string output;
        char buffer[4096];
        while (auto got = fread(buffer, 1, sizeof buffer, pipe)) output.append(buffer, got);
        return {pclose(pipe), output};
    }
    /// The same for what must succeed; gives what it said.
    std::string must(const std::string& command) const {
        auto outcome = run(command);
        INFO(command << "\n" << outcome.output);
        REQUIRE(outcome.status == 0);
        return outcome.output;
    }

private:
    rekey::test::TemporaryFolder folder_;
};

/// Runs `call`, which must throw `code` with all of `words` in message and hint, and leave nothing
/// in OpenSSL's error queue.
template <class F>
Error refusal(Code code, F call, std::initializer_list<std::string_view> words = {}) {
    std::optional<Error> caught;
    try {
        call();
    } catch (const Error& error) {
        caught = error;
    }
    CHECK(ERR_peek_error() == 0);
    REQUIRE_MESSAGE(caught.has_value(), "nothing was thrown");
    std::string text = caught->message() + " | " + caught->hint();
    INFO(text);
    CHECK(static_cast<int>(caught->code()) == static_cast<int>(code));
    for (auto word : words) CHECK_MESSAGE(text.find(word) != std::string::npos, word);
    return *caught;
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

inline bool is_clean() { return ERR_peek_error() == 0; }

inline X509Certificate certificate_in(const Workshop& workshop, const std::string& name) {
    auto certificates = X509Certificate::from_pem(view_of(workshop.read(name)));
    REQUIRE(certificates.size() == 1);
    return certificates.front();
}

inline PrivateKey key_in(const Workshop& workshop, const std::string& name) {
    return PrivateKey::from_pem(view_of(workshop.read(name)));
}

/// 2026-11-22T00:00:00Z; certificates of the tests are made around it.
inline constexpr Time noon{std::chrono::seconds{1'795'305'600}};
inline constexpr std::chrono::seconds hour{3600};
inline constexpr std::chrono::seconds day{86400};
inline constexpr std::chrono::seconds year = 365 * day;

}  // namespace rekey::crypto::test
