#include "payload/entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <string_view>

#include "base/limits.hpp"
#include "crypto/encoding/base64.hpp"
#include "crypto/sealing/aes_gcm.hpp"
#include "crypto/sealing/password.hpp"
#include "payload/content.hpp"
#include "payload/fields.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

const Dictionary* as_dictionary(const PayloadValue& value) { return std::get_if<Dictionary>(&value.content); }
const List* as_list(const PayloadValue& value) { return std::get_if<List>(&value.content); }

std::size_t count_values(const PayloadValue& value) {
    std::size_t count = 1;
    if (const List* list = as_list(value))
        for (const PayloadValue& item : *list) count += count_values(item);
    if (const Dictionary* dictionary = as_dictionary(value))
        for (const auto& [key, member] : *dictionary) count += 1 + count_values(member);
    return count;
}

// JSON in a text of a property list, and whatever holds that.
constexpr int most_nested = 3;

/// Finds all places that have the entries. Device management puts them on top, under a domain, into the payloads of a
/// profile, or into the preferences (`Forced`, `Set-Once`) of one; tools wrap that once more. So they are looked for
/// everywhere. What is read from texts lives as long as this.
class Finder {
public:
    void look_at(const PayloadValue& value, int nested = 0) {
        if (const List* list = as_list(value)) {
            for (const PayloadValue& item : *list) look_at(item, nested);
        } else if (const Dictionary* dictionary = as_dictionary(value)) {
            for (const auto& [key, member] : *dictionary) {
                if (key == field::entries)
                    found_.push_back(unwrapped(member, nested));
                else
                    look_at(member, nested);
            }
        } else if (const PayloadValue* inner = read_nested(value, nested)) {
            look_at(*inner, nested + 1);
        }
    }
    const std::vector<const PayloadValue*>& found() const { return found_; }

private:
    const PayloadValue* unwrapped(const PayloadValue& value, int nested) {
        auto text = text_in(value);
        return nested < most_nested && is_content(text) ? read(text) : &value;
    }

    /// Not a sentence that mentions them.
    static bool is_content(std::string_view text) {
        auto first = text.find_first_not_of(" \t\r\n");
        return first != std::string_view::npos &&
               (std::string_view("[{(<").find(text[first]) != std::string_view::npos || text.starts_with("bplist"));
    }

    /// A text or data that has the entries in it.
    const PayloadValue* read_nested(const PayloadValue& value, int nested) {
        auto text = text_in(value);
        if (nested >= most_nested || !is_content(text) || text.find(field::entries) == std::string_view::npos)
            return nullptr;
        return read(text);
    }

    const PayloadValue* read(std::string_view text) {
        std::vector<Signer> signers;
        bytes_ += text.size();
        if (bytes_ > limits::payload)
            refuse(fmt::format("payloads within the payload that are larger than {} MiB in all",
                               limits::payload / limits::mib));
        auto value = read_content(view_of(text), signers);
        values_ += count_values(value);
        if (values_ > limits::payload_values) refuse_count();
        // The user sees only who signed the file itself.
        if (!signers.empty()) refuse("a signed profile within another one", "give the signed profile itself");
        return read_.emplace_back(std::make_unique<PayloadValue>(std::move(value))).get();
    }

    static std::string_view text_in(const PayloadValue& value) {
        if (const auto* text = std::get_if<std::string>(&value.content)) return *text;
        if (const auto* bytes = std::get_if<Bytes>(&value.content)) return text_of(*bytes);
        return {};
    }

    std::vector<const PayloadValue*> found_;
    std::vector<std::unique_ptr<PayloadValue>> read_;
    std::size_t bytes_ = 0;   ///< of all texts that were read
    std::size_t values_ = 0;  ///< in them
};

class EntryReader {
public:
    explicit EntryReader(const Dictionary& fields) : fields_(fields) {}

    Entry read() const {
        Entry entry;
        entry.id = text(field::id);
        entry.name = text(field::name);
        entry.scope = text(field::scope);
        entry.client_id = text(field::client_id);
        entry.key_id = text(field::key_id);
        if (find(fields_, field::version) != nullptr) entry.version = number(field::version);
        read_protection(entry);
        entry.salt = bytes(field::salt);
        entry.nonce = bytes(field::nonce);
        entry.encrypted_key = bytes(field::encrypted_key);
        require_sizes(entry);
        return entry;
    }

private:
    const PayloadValue& required(const char* name) const {
        const PayloadValue* value = find(fields_, name);
        if (value == nullptr) refuse(fmt::format("'{}' is missing", name));
        return *value;
    }

    std::string text(const char* name) const {
        const PayloadValue& value = required(name);
        const auto* text = std::get_if<std::string>(&value.content);
        if (text == nullptr) refuse(fmt::format("'{}' is {}, and not text", name, kind_of(value)));
        require_text(name, *text);
        return *text;
    }

    std::int64_t number(const char* name) const {
        const PayloadValue& value = required(name);
        const auto* number = std::get_if<std::int64_t>(&value.content);
        if (number == nullptr || *number < 0)
            refuse(fmt::format("'{}' is {}, and not a whole number from 0 up", name,
                               number == nullptr ? kind_of(value) : "below zero"));
        return *number;
    }

    /// Data, or base64, which may be broken into lines.
    Bytes bytes(const char* name) const {
        const PayloadValue& value = required(name);
        if (const auto* data = std::get_if<Bytes>(&value.content)) return *data;
        const auto* text = std::get_if<std::string>(&value.content);
        if (text == nullptr) refuse(fmt::format("'{}' is {}, and neither data nor base64", name, kind_of(value)));
        std::string joined;
        std::ranges::copy_if(*text, std::back_inserter(joined),
                             [](char c) { return std::string_view(" \t\r\n").find(c) == std::string_view::npos; });
        auto decoded = crypto::decode_base64(joined);
        if (!decoded) refuse(fmt::format("'{}' is text that is not base64", name));
        return *decoded;
    }

    /// One that is too large stays too large: the cost is judged afterwards.
    std::uint32_t small_number(const char* name) const {
        constexpr std::int64_t largest = std::numeric_limits<std::uint32_t>::max();
        return static_cast<std::uint32_t>(std::min(number(name), largest));
    }

    void read_protection(Entry& entry) const {
        entry.protection = Protection::hkdf;
        if (find(fields_, field::derivation) == nullptr) return;
        std::string word = text(field::derivation);
        if (word == hkdf_word) return;
        if (word != scrypt_word)
            refuse(fmt::format("'{}' is '{}', which is not known here", field::derivation, word),
                   fmt::format("pack it with {} or {}", scrypt_word, hkdf_word));
        entry.protection = Protection::scrypt;
        entry.scrypt_n = static_cast<std::uint64_t>(number(field::scrypt_n));
        entry.scrypt_r = small_number(field::scrypt_r);
        entry.scrypt_p = small_number(field::scrypt_p);
        crypto::require_sane({entry.scrypt_n, entry.scrypt_r, entry.scrypt_p});
    }

    static void require_sizes(const Entry& entry) {
        auto require_size = [](const char* name, const Bytes& bytes, std::size_t size) {
            if (bytes.size() != size) refuse(fmt::format("'{}' has {} bytes, and not {}", name, bytes.size(), size));
        };
        require_size(field::salt, entry.salt, salt_size);
        require_size(field::nonce, entry.nonce, crypto::aes_gcm::nonce_size);
        if (entry.encrypted_key.size() <= crypto::aes_gcm::tag_size)
            refuse(fmt::format("'{}' has only {} bytes", field::encrypted_key, entry.encrypted_key.size()));
        if (entry.encrypted_key.size() > limits::payload_key)
            refuse(fmt::format("'{}' is longer than {} bytes", field::encrypted_key, limits::payload_key));
    }

    const Dictionary& fields_;
};

Sha256 digest_of(const Entry& entry) {
    bool is_scrypt = entry.protection == Protection::scrypt;
    std::string numbers = fmt::format("{} {} {} {}", entry.version, entry.scrypt_n, entry.scrypt_r, entry.scrypt_p);
    return sha256(framed({view_of("rekey-payload-entry-1"), view_of(entry.id), view_of(entry.name),
                          view_of(entry.scope), view_of(entry.client_id), view_of(entry.key_id), view_of(numbers),
                          view_of(is_scrypt ? scrypt_word : hkdf_word), entry.salt, entry.nonce, entry.encrypted_key}));
}

/// For the message, also when the id is wrong.
std::string id_of(const Dictionary& fields) {
    const PayloadValue* id = find(fields, field::id);
    const auto* text = id != nullptr ? std::get_if<std::string>(&id->content) : nullptr;
    return text != nullptr ? *text : "";
}

Entry read_entry(const PayloadValue& value, std::size_t position) {
    const Dictionary* fields = as_dictionary(value);
    if (fields == nullptr) refuse(fmt::format("entry {} is {}, and not a dictionary", position, kind_of(value)));
    try {
        Entry entry = EntryReader(*fields).read();
        entry.digest = digest_of(entry);
        return entry;
    } catch (Error& e) {
        throw e.in(where(position, id_of(*fields)));
    }
}

void require_unique(const Entry& entry, std::size_t position, Uniqueness& uniqueness) {
    try {
        uniqueness.add(position, entry.id, entry.client_id);
    } catch (Error& e) {
        throw e.in(where(position, entry.id));
    }
}

[[noreturn]] void refuse_without_entries(const PayloadValue& root) {
    const Dictionary* dictionary = as_dictionary(root);
    if (dictionary != nullptr && find(*dictionary, "EncryptedPayloadContent") != nullptr)
        refuse("a profile that is encrypted for one device", "export it without encryption");
    refuse(fmt::format("no {} in it", field::entries), "give the managed payload that has the credentials");
}

}  // namespace

std::vector<Entry> read_entries(const PayloadValue& root) {
    Finder finder;
    finder.look_at(root);
    const auto& found = finder.found();
    if (found.empty()) refuse_without_entries(root);
    std::size_t count = 0;
    for (const PayloadValue* value : found) {
        const List* list = as_list(*value);
        if (list == nullptr) refuse(fmt::format("{} is {}, and not a list", field::entries, kind_of(*value)));
        count += list->size();
    }
    if (count > limits::payload_entries)
        refuse(fmt::format("{} entries, and at most {} are read", count, limits::payload_entries), "split the payload");
    std::vector<Entry> entries;
    entries.reserve(count);
    Uniqueness uniqueness;
    std::set<Sha256> elsewhere;  // of lists before this one
    for (const PayloadValue* value : found) {
        std::set<Sha256> here;
        for (const PayloadValue& item : *as_list(*value)) {
            auto position = entries.size() + 1;
            auto entry = read_entry(item, position);
            here.insert(entry.digest);
            if (elsewhere.contains(entry.digest)) continue;
            require_unique(entry, position, uniqueness);
            entries.push_back(std::move(entry));
        }
        elsewhere.merge(here);
    }
    return entries;
}

Bytes bound_to(std::string_view id, std::string_view client_id, std::string_view key_id, std::int64_t version) {
    return framed({view_of("rekey-payload-1"), view_of(id), view_of(client_id), view_of(key_id),
                   view_of(std::to_string(version))});
}

}  // namespace rekey::payload
