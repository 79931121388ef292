// The words that all chapters share: errors, bytes, times, names, secrets, and what certificates say.
//
// A program calls `guard_secrets` first, before it has threads and before anything uses OpenSSL, and then
// `require_cryptography`. The library never asks the system for the time or for the user: a `Time`, a `Clock` or a
// `Stamp` is given to what needs it.
//
//     rekey::guard_secrets();
//     rekey::require_cryptography();
//     auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
//     rekey::Stamp stamp{now, "alice@host"};
//
// All of the library throws `rekey::Error`, and std::bad_alloc; comments name the codes that a caller may want to tell
// apart. Ordinary answers, such as "not found" of a function that looks something up, are values.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Marks what librekey offers; everything else is hidden.
#define REKEY_EXPORT __attribute__((visibility("default")))

namespace rekey {

// Version
// -------

/// Of the library that the program runs with: `0.1.0`.
REKEY_EXPORT const char* version();

// Errors
// ------

/// What kind of failure it is; the command line maps each to one exit code.
enum class Code {
    usage,        ///< an option, argument or configuration is wrong
    not_found,    ///< what was named does not exist
    refused,      ///< a guard or a policy says no; nothing was changed
    unreachable,  ///< a unit or server did not answer; asking later may help
    busy,         ///< somebody else is at work on it right now
    corrupt,      ///< stored data contradicts itself
    failed,       ///< anything else; what was in use still is
    interrupted,  ///< the user asked to stop
};

/// The one exception of librekey. `message` names the object and what is wrong
/// with it, `hint` (may be empty) the remedy. Neither ever holds a secret.
class REKEY_EXPORT Error : public std::exception {
public:
    Error(Code code, std::string message, std::string hint = {});

    const char* what() const noexcept override { return message_.c_str(); }
    Code code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }

    /// Puts `where: ` before the message; for use in `catch (Error& e)` on the way up.
    Error& in(std::string_view where);

private:
    Code code_;
    std::string message_;
    std::string hint_;
};

// Bytes
// -----

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using Sha256 = std::array<std::uint8_t, 32>;

inline ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

/// Upper-case hex, two digits a byte, no separators.
REKEY_EXPORT std::string to_hex(ByteView bytes);
/// Either case; nothing when the length is odd or a character is no hex digit.
REKEY_EXPORT std::optional<Bytes> from_hex(std::string_view hex);
REKEY_EXPORT Sha256 sha256(ByteView bytes);
/// From the operating system's generator; throws when it fails.
REKEY_EXPORT Bytes random_bytes(std::size_t count);

// Time
// ----

/// Seconds since 1970-01-01T00:00:00Z, valid from year 1 to 9999.
using Time = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

/// Where a long operation gets the time from; the command line passes the system's.
using Clock = std::function<Time()>;

inline std::int64_t unix_seconds(Time time) { return time.time_since_epoch().count(); }
inline Time from_unix(std::int64_t seconds) { return Time{Seconds{seconds}}; }

/// RFC 3339 in UTC: `2036-11-22T08:00:00Z`.
REKEY_EXPORT std::string to_rfc3339(Time time);
/// RFC 3339 with any offset; nothing when it is not that, or no such day.
REKEY_EXPORT std::optional<Time> from_rfc3339(std::string_view text);

/// A length of time as people write it: `10y`, `6mo`, `2w`, `90d`, `24h`, `30m`, `45s`.
/// Years and months follow the calendar (a month's last day at most); the rest are seconds.
struct REKEY_EXPORT Period {
    int months = 0;
    Seconds seconds{0};

    static std::optional<Period> parse(std::string_view text);
    std::string to_string() const;

    Time after(Time time) const;
    Time before(Time time) const;
    /// A year counts 365 days here, a month 30; for comparing only.
    Seconds approximate() const;
    bool operator==(const Period&) const = default;
};

/// Whole days from `now` to `end`, rounded down; negative once it has passed.
REKEY_EXPORT std::int64_t days_between(Time now, Time end);

/// When a change was made, and by whom; goes into the audit entry of the change.
struct Stamp {
    Time at;
    std::string actor;  ///< as `alice@host`
};

// Names
// -----

/// `[A-Za-z0-9][A-Za-z0-9._-]*`, 64 characters at most: units, nodes, types, issuers, tenants.
REKEY_EXPORT bool is_name(std::string_view text);
/// Throws Code::usage unless `is_name`; `what` is the word for the message: "unit".
REKEY_EXPORT void require_name(const std::string& text, std::string_view what);

/// The place on a unit for one key with its certificate: `unit/type` or `unit/node/type`.
struct REKEY_EXPORT SlotName {
    std::string unit;
    std::string node;  ///< empty: the unit has no nodes, or this is none of theirs
    std::string type;

    /// Nothing unless it has one or two slashes between valid names.
    static std::optional<SlotName> parse(std::string_view text);
    std::string to_string() const;
    /// `type` or `node/type`: the slot as seen on its unit.
    std::string on_unit() const;
    auto operator<=>(const SlotName&) const = default;
};

/// `1 item`, `2 items`: of nouns that take an `s`.
REKEY_EXPORT std::string counted(std::int64_t count, std::string_view noun);

/// For messages and tables: control characters (C0, C1, DEL), bidirectional
/// overrides and invalid UTF-8 become `\xNN`, so that a terminal shows and never obeys them.
REKEY_EXPORT std::string printable(std::string_view text);

// Secrets and cryptography
// ------------------------

/// Bytes that must not leak: move-only, wiped on destruction, and neither
/// streams nor fmt will print it (there is no formatter, and no conversion to text).
/// Its size is fixed at birth, so that no copy is left behind by growth. After `guard_secrets` it
/// is in memory that is not swapped out, as far as limits allow.
class REKEY_EXPORT Secret {
public:
    Secret() = default;
    /// `size` zero bytes, to be filled through `data()`.
    explicit Secret(std::size_t size);
    /// Copies; the caller wipes its own copy.
    static Secret copy_of(ByteView bytes);

    Secret(Secret&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          size_(std::exchange(other.size_, 0)),
          held_(std::exchange(other.held_, 0)) {}
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::uint8_t* data() { return data_; }
    ByteView view() const { return {data_, size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// Wipes what is beyond `size` and forgets it; never grows.
    void shrink(std::size_t size);

private:
    void release() noexcept;

    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t held_ = 0;
};

/// Asked for a passphrase when one is needed; an empty secret means that there is none to give.
using AskPassphrase = std::function<Secret()>;

/// Prepares a process for secrets, for its whole life: the kernel writes no core of it and lets no
/// other process of the user look into it, secrets are locked into memory where limits allow
/// (RLIMIT_MEMLOCK), and OpenSSL wipes all memory that it gives back. Call it once, before anything else
/// uses OpenSSL and before other threads begin. Programs that it starts are not affected.
REKEY_EXPORT void guard_secrets();

/// Overwrites in a way that the compiler does not remove.
REKEY_EXPORT void wipe(void* data, std::size_t size);

/// Once, before anything is hashed, signed or encrypted: throws std::bad_alloc when OpenSSL has no memory for what all
/// its calls share. OpenSSL 3.0 would not say so, and crash at the first of them.
REKEY_EXPORT void require_cryptography();

// Stopping
// --------

/// Whether the user asked for the end. A program makes one of a flag that its signal handler sets, and passes copies
/// down to whatever may take long: that looks often, finishes or gives up what is in flight, and says so.
class StopToken {
public:
    /// Nobody can ask.
    StopToken() = default;
    /// `flag` outlives every copy, and may be set from a signal handler or another thread.
    StopToken(const std::atomic<bool>& flag) : flag_(&flag) {}  // NOLINT(google-explicit-constructor)
    StopToken(const std::atomic<bool>&&) = delete;

    bool requested() const { return flag_ != nullptr && *flag_; }

private:
    const std::atomic<bool>* flag_ = nullptr;
};

// What certificates say
// ---------------------

/// What a certificate may be used for beyond its extended usages, and where more is to be learnt about it
/// (RFC 5280, 4.2.1.3, 4.2.1.4, 4.2.1.13 and 4.2.2.1).
struct CertificateDetails {
    std::vector<std::string> key_usage = {};  ///< `digitalSignature`, …, in the standard's order; empty: no limit
    std::vector<std::string> policies = {};   ///< dotted OIDs, each with the address of its statement after a space
    std::vector<std::string> crl_urls = {};   ///< where lists of revoked certificates are
    std::vector<std::string> ocsp_urls = {};  ///< where OCSP is answered
    std::vector<std::string> ca_issuer_urls = {};  ///< where the issuer's certificate is
    bool operator==(const CertificateDetails&) const = default;
};

/// What an X.509 certificate says, as plain values: made by crypto, kept by store, judged by policy.
struct CertificateFacts {
    std::string number;   ///< serial number, upper-case hex, no leading zeros beyond whole bytes
    std::string subject;  ///< RFC 4514 text, control characters escaped; may be empty
    std::string issuer;   ///< RFC 4514 text
    Time not_before{};
    Time not_after{};
    std::string key;                  ///< `ec-p256`, `ec-p384`, `ed25519`, `rsa-3072`, …; else OpenSSL's name
    std::string signature;            ///< as OpenSSL names it: `ecdsa-with-SHA256`, `ED25519`, …
    std::vector<std::string> sans;    ///< `dns:…`, `ip:…`, `uri:…`, `email:…`; sorted, each once
    std::vector<std::string> usages;  ///< extended usages: `serverAuth`, …, or dotted OIDs; sorted
    std::string fingerprint_sha256;   ///< of the DER, upper-case hex
    bool is_ca = false;
    std::optional<CertificateDetails> details = {};  ///< none: on the record before they were
};

/// When a chain ends: with the first of its certificates that does.
struct ChainEnd {
    Time at{};
    /// The subject of that certificate (RFC 4514 text) when it is above the first one; empty: the first one itself.
    std::string subject;
};

// Numbers of lists of revoked certificates
// ----------------------------------------

/// The number of a list of revoked certificates (CRLNumber, RFC 5280, 5.2.3): not negative, up to 20 octets.
class REKEY_EXPORT ListNumber {
public:
    /// Zero, which is the number of no list.
    ListNumber() = default;
    explicit ListNumber(std::uint64_t value);
    /// Nothing when it is no hex in pairs, or has more than 20 octets.
    static std::optional<ListNumber> from_hex(std::string_view hex);
    /// Big-endian; nothing when it has more than 20 octets as DER writes them.
    static std::optional<ListNumber> from_octets(ByteView octets);

    /// The one after it. Throws Code::refused after the largest.
    ListNumber next() const;
    bool is_zero() const { return octets_.empty(); }
    /// Nothing when it does not fit.
    std::optional<std::int64_t> to_integer() const;

    /// Upper-case hex in pairs; zero is `00`.
    std::string to_hex() const;
    /// For people: decimal, and `0x…` from 2^63 on.
    std::string to_text() const;
    /// Big-endian, at least one.
    Bytes to_octets() const;

    bool operator==(const ListNumber&) const = default;
    std::strong_ordering operator<=>(const ListNumber& other) const;

private:
    Bytes octets_;  ///< big-endian, the first not zero
};

}  // namespace rekey
