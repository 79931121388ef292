#pragma once

#include <cstddef>
#include <cstdint>

/// What rekey takes from others: units and their helpers, folders of units, providers, payloads, archives, lists. Each
/// may be hostile, and memory and disk are ours: together, what one of them is allowed stays below 64 MiB of memory
/// (`tests/fault/bounds.py`). What is beyond ends that unit, answer or file only, and the message names the limit.
/// Sizes are in bytes unless a name says otherwise. Formats that fix a size themselves keep it where they are read.
namespace rekey::limits {

inline constexpr std::size_t kib = std::size_t{1} << 10;
inline constexpr std::size_t mib = std::size_t{1} << 20;

// Units, by their helpers (rekey-unit-protocol(7)) or folders.

/// A line, with its line feed: a chain of 16 certificates in base64 fits, and one line of each of 32 units is no harm.
inline constexpr std::size_t helper_line = mib;
/// Levels of objects and lists in each other: the protocol needs five.
inline constexpr std::size_t helper_depth = 16;
/// Values on a line, each of which takes many times its bytes once it is parsed: 4,096 slots have half as many.
inline constexpr std::size_t helper_values = 65'536;
/// A text for people.
inline constexpr std::size_t helper_text = 4 * kib;
/// A certificate or request: of ML-DSA-87 it has 8 KB.
inline constexpr std::size_t der = 64 * kib;
/// Certificates of a chain: public ones have four.
inline constexpr std::size_t chain = 16;
/// Roots beside a pair: one for each CA that the fleet uses.
inline constexpr std::size_t roots = 64;
/// Slots of a unit, which has a handful.
inline constexpr std::size_t slots = 4096;
/// Concerns about a slot, or about a unit: nobody reads more.
inline constexpr std::size_t concerns = 16;
/// All that a unit shows of all its slots, which is in memory at once, for as many units as are asked at a time: 300
/// slots with chains and roots of RSA-4096 fit.
inline constexpr std::size_t listing = 2 * mib;
/// The end of what a helper says on standard error, which is quoted when it fails.
inline constexpr std::size_t helper_stderr = 8 * kib;
/// What a reload command may say before all but its end is forgotten.
inline constexpr std::int64_t command_output = mib;
/// Unit addresses: far above any path.
inline constexpr std::size_t address = 4 * kib;

/// Places of a unit that nobody declared: who needs more declares them.
inline constexpr std::size_t found_places = 32;
/// A certificate that is recorded of one: of RSA with 8192 bits it has 3 KB, of ML-DSA-87 8 KB.
inline constexpr std::size_t found_leaf = 16 * kib;
/// All certificates above it.
inline constexpr std::size_t found_chain = 32 * kib;
/// Characters of a subject or of an issuer's name: RFC 5280 gives each part 64 at most.
inline constexpr std::size_t found_name = 512;
/// Names for which a foreign certificate is.
inline constexpr std::size_t found_sans = 100;

/// A private key in PEM: of RSA with 16384 bits it has 13 KB.
inline constexpr std::size_t key_file = 64 * kib;
/// A file of certificates: a chain, and the roots of the fleet.
inline constexpr std::size_t certificates_file = 256 * kib;
/// Key, chain and whatever a service wants beside them.
inline constexpr std::size_t combined_file = 512 * kib;
/// The token of a request is a name.
inline constexpr std::size_t token_file = kib;
/// Files above this are not overwritten before they are removed: no key is so large.
inline constexpr std::uint64_t overwritten = 64 * kib;
/// Names of one folder; spools of mail have as many.
inline constexpr std::size_t names = 100'000;
/// These names in memory, so that long ones cost no more than that many short ones.
inline constexpr std::size_t names_size = 8 * mib;
/// The access list of a file, which Linux itself limits to this.
inline constexpr std::size_t access_list = 64 * kib;

// Providers.

/// All headers and trailers of an answer, which count neither as body nor as time: usual ones have 1 KB.
inline constexpr std::size_t headers = 64 * kib;
/// The answer with a token, or the refusal of one.
inline constexpr std::size_t token_answer = 64 * kib;
/// A token, which goes into a header that servers limit as well.
inline constexpr std::size_t token = 16 * kib;
/// A page of devices: a thousand have 1 MB. One that is larger is asked for in smaller pieces.
inline constexpr std::size_t page = 4 * mib;
/// Devices of a page, of which a thousand are asked for; each takes many times the bytes of the shortest record.
inline constexpr std::size_t page_records = 10'000;
/// The answer about one device, and its coverage: as many as there are jobs are in memory at once.
inline constexpr std::size_t device_answer = 256 * kib;
/// Coverage records of a device, which has a handful.
inline constexpr std::size_t coverage_records = 100;
/// Levels of objects and lists in an answer.
inline constexpr int answer_depth = 64;
/// The cursor of a page, which goes into an address.
inline constexpr std::size_t cursor = 4 * kib;
/// An id of a device or of coverage.
inline constexpr std::size_t record_id = 256;
/// Devices that wait to be recorded while the next page is asked for.
inline constexpr std::size_t pages_waiting = 2 * mib;
/// Records that are committed together. Of a list, as many are read meanwhile.
inline constexpr std::size_t batch = 4 * mib;
/// Devices of a provider's tenant in one sync: ten times the largest known. An end to pages without end.
inline constexpr std::int64_t provider_devices = 5'000'000;
/// Requests for coverage at the same time. Each has a thread and a connection of its own. Providers answer with 429
/// long before so many are of use, and a number that came from a mistake must not take all threads of the machine.
inline constexpr int sync_jobs = 64;

// Payloads (rekey-payload(5)).

/// The file, and all texts in it that are payloads again.
inline constexpr std::size_t payload = 4 * mib;
/// A binary property list may name one long value many times.
inline constexpr std::size_t payload_expanded = 8 * mib;
/// Credentials in it: one for each tenant of a large provider of services.
inline constexpr std::size_t payload_entries = 2'000;
/// Values and keys, each of which takes up to 150 bytes of memory: 2,000 entries have 54,000.
inline constexpr std::size_t payload_values = 150'000;
/// Keys of a dictionary: libplist looks among all of them for each that comes.
inline constexpr std::size_t payload_keys = 1'000;
/// Levels of values in each other.
inline constexpr std::size_t payload_levels = 64;
/// A field of an entry.
inline constexpr std::size_t payload_text = kib;
/// An encrypted key.
inline constexpr std::size_t payload_key = 64 * kib;

// Lists and archives.

/// A line of a list, which is a record in most of them.
inline constexpr std::size_t list_line = mib;
/// A record of a list of JSON.
inline constexpr std::size_t list_record = mib;
/// Columns of a list: exports of inventories have some hundred.
inline constexpr std::size_t list_columns = 4'096;
/// A list of units, which is in memory at once and recorded in one transaction: 60,000 lines fit.
inline constexpr std::size_t unit_list = 32 * mib;
/// Names of columns in a map of one's own.
inline constexpr std::size_t list_map = 10'000;
/// What is said of records that are refused, before it is told.
inline constexpr std::size_t refusals = 64 * kib;
/// Values of a JSON record, of a list or a provider, each of which takes many times its bytes once it is parsed.
inline constexpr std::size_t record_values = 16'384;
/// A record of a tenant's archive: a device with all its attributes, which came in a page or a list.
inline constexpr std::size_t archive_record = 5 * mib;
/// All credentials, rotations, syncs and accepted entries of an archive, which are in memory at once: ten years of a
/// daily sync have 1 MB.
inline constexpr std::size_t archive_history = 8 * mib;
/// A chunk of a sealed file, which is proven as a whole: rekey writes 64 KiB.
inline constexpr std::size_t sealed_chunk = mib;
/// The head of a backup.
inline constexpr std::size_t backup_head = 64 * kib;
/// A seal key's file.
inline constexpr std::size_t seal_key = 4 * kib;

}  // namespace rekey::limits
