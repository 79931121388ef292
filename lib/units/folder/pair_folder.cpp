#include "units/folder/pair_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/limits.hpp"
#include "crypto/certificates/request.hpp"
#include "crypto/certificates/roots.hpp"
#include "crypto/keys/known_keys.hpp"
#include "crypto/keys/public_key.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/combined.hpp"
#include "units/folder/key_rights.hpp"

namespace rekey::units::pair_folder {

namespace {

// Certificates are public; the services that read them may run as any user.
const Access public_access{.mode = 0644, .owner = {}, .group = {}, .acl = {}};

void require_own(Folder& pair, const std::string& name, const FolderEntry& entry) {
    if (entry.links != 1)
        throw Error(Code::failed, fmt::format("{}/{} has {} hard links, so that it is not the slot's alone",
                                              printable(pair.path()), name, entry.links));
}

std::optional<Bytes> read_own(Folder& pair, const std::string& name) {
    auto held = pair.read_file(name, limits::certificates_file, {});
    if (!held) return std::nullopt;
    require_own(pair, name, held->entry);
    return to_bytes(held->content.view());
}

/// Throws like Certificate::from_pem, naming the file.
std::vector<crypto::X509Certificate> parse(Folder& pair, const std::string& name, ByteView pem) {
    try {
        return crypto::X509Certificate::from_pem(pem);
    } catch (Error& error) {
        throw error.in(printable(pair.path() + "/" + name));
    }
}

std::vector<Bytes> ders_of(const std::vector<crypto::X509Certificate>& certificates) {
    std::vector<Bytes> ders;
    for (const auto& certificate : certificates) ders.push_back(certificate.der());
    return ders;
}

/// Of a file that could be ours. One that is, and cannot be read, is no less there: that is thrown.
std::optional<Bytes> content_of(Folder& pair, const std::string& name, std::size_t limit) {
    return pair.read(name, limit, {.odd_is_missing = true});
}

/// What `parse` makes of a content; nothing where that is damaged.
template <class Parse>
auto unless_damaged(const Parse& parse) -> std::optional<decltype(parse())> {
    try {
        return parse();
    } catch (const Error& error) {
        if (error.code() != Code::usage && error.code() != Code::refused) throw;
        return std::nullopt;
    }
}

/// The public key of the one in `key.pem`.
std::optional<Bytes> key_of(Folder& pair) {
    auto pem = pair.read_secret(key_file, limits::key_file, {.odd_is_missing = true});
    if (!pem) return std::nullopt;
    return unless_damaged([&] { return crypto::public_key_in(pem->view()); });
}

bool is_for(ByteView public_key, const crypto::X509Certificate& leaf) {
    return crypto::is_same_key(public_key, leaf.public_key());
}

bool is_key_of(ByteView pem, const crypto::X509Certificate& leaf) {
    auto key = unless_damaged([&] { return crypto::public_key_in(pem); });
    return key && is_for(*key, leaf);
}

/// Of the key that was made for the pair; nothing for one that was made elsewhere.
auto made_key(Folder& pair) {
    auto request = content_of(pair, request_file, limits::der);
    return request ? unless_damaged([&] { return crypto::verify_request(*request).public_key; }) : std::nullopt;
}

/// Where somebody put a key of their own, the certificates that it fits: that pair is there now, not a damaged one.
std::optional<std::vector<crypto::X509Certificate>> put_by_hand(
    Folder& pair, const std::vector<std::vector<crypto::X509Certificate>>& candidates) {
    auto key = key_of(pair);
    auto made = made_key(pair);
    bool other_leaf = !candidates.back().empty() && candidates.back().front().der() != candidates.front().front().der();
    if (!key || (made ? *made == *key : !other_leaf)) return std::nullopt;
    for (const auto& chain : candidates)
        if (!chain.empty() && is_for(*key, chain.front())) return chain;
    return std::nullopt;
}

/// Whether `rest` is what is above the leaf of `chain`, and behind it nothing but roots that `trust.pem` has.
bool is_rest_of(Folder& pair, const std::vector<crypto::X509Certificate>& chain, const std::vector<Bytes>& rest) {
    auto above = ders_of({chain.begin() + 1, chain.end()});
    if (rest.size() < above.size() || !std::equal(above.begin(), above.end(), rest.begin())) return false;
    if (rest.size() == above.size()) return true;
    auto trust = trust_of(pair).value_or(std::vector<Bytes>());
    return std::all_of(rest.begin() + static_cast<std::ptrdiff_t>(above.size()), rest.end(),
                       [&](const Bytes& der) { return std::find(trust.begin(), trust.end(), der) != trust.end(); });
}

// What is in the files has codes of its own, which no system call throws: see damage_of.

[[noreturn]] void throw_missing(Folder& pair, const std::string& name) {
    throw Error(Code::not_found, fmt::format("{}/{} is missing", printable(pair.path()), name));
}

/// Services may read any of the files. Who made the pair elsewhere did not have to write all of them.
void require_written(Folder& pair, const std::optional<Bytes>& content, const std::string& name) {
    if (!content && !token_of(pair).empty()) throw_missing(pair, name);
}

/// The chain that is `leaf`, and behind it `above`, which many pairs share: that is parsed once for all of them.
/// Nothing where only the whole text tells what they are.
std::optional<std::vector<crypto::X509Certificate>> parse_apart(const Bytes& leaf, const Bytes& above) {
    // A boundary that does not begin its line is no boundary.
    if (leaf.empty() || leaf.back() != '\n' || above.empty()) return std::nullopt;
    return unless_damaged([&] {
        auto chain = crypto::X509Certificate::from_pem(leaf);
        auto rest = crypto::X509Certificate::from_pem(above);
        chain.insert(chain.end(), rest.begin(), rest.end());
        return chain;
    });
}

/// Those of `whole`, where `rest` and a leaf beside it say the same. What was not written here, or by hand, counts by
/// what it says.
std::vector<crypto::X509Certificate> agreed(Folder& pair, const Bytes& whole, const std::optional<Bytes>& certificate,
                                            const std::optional<Bytes>& rest) {
    Bytes joined = certificate.value_or(Bytes{});
    if (rest) joined.insert(joined.end(), rest->begin(), rest->end());
    bool is_joined = joined == whole;
    auto apart = is_joined && certificate && rest ? parse_apart(*certificate, *rest) : std::nullopt;
    if (apart) return std::move(*apart);
    auto chain = parse(pair, chain_file, whole);
    if (is_joined) return chain;
    bool same = (!certificate || parse(pair, certificate_file, *certificate).front().der() == chain.front().der()) &&
                (!rest || rest->empty() || is_rest_of(pair, chain, ders_of(parse(pair, rest_file, *rest))));
    if (same) return chain;
    auto beside = certificate ? parse(pair, certificate_file, *certificate) : std::vector<crypto::X509Certificate>{};
    if (auto put = put_by_hand(pair, {chain, beside})) return *put;
    throw Error(Code::corrupt, fmt::format("{}, {} and {} in {} contradict each other", certificate_file, rest_file,
                                           chain_file, printable(pair.path())));
}

/// Where no key could be read: why not, unless only what is in it is wrong.
void require_ordinary_key(Folder& pair) {
    auto key = pair.look(key_file);
    if (!key) throw_missing(pair, key_file);
    if (key->kind != FolderEntry::Kind::file)
        throw Error(Code::failed, fmt::format("{}/{} is not an ordinary file", printable(pair.path()), key_file));
    require_own(pair, key_file, *key);
}

/// Whether the one file holds what the single ones do.
void require_same_in_combined(Folder& pair, const HeldFile& one, const crypto::X509Certificate& leaf) {
    require_own(pair, combined_file, one.entry);
    auto same = unless_damaged([&] {
        bool key = !combined::has_key(one.content.view()) || is_for(crypto::public_key_in(one.content.view()), leaf);
        return key && crypto::X509Certificate::from_pem(one.content.view()).front().der() == leaf.der();
    });
    if (!same.value_or(false))
        throw Error(Code::corrupt, fmt::format("{} and {} in {} contradict each other", combined_file, chain_file,
                                               printable(pair.path())));
}

/// Of a pair that was made here, that nothing is there is said too.
std::optional<std::vector<Bytes>> shown_trust(Folder& pair) {
    auto trust = trust_of(pair);
    auto token = trust ? std::string() : token_of(pair);
    if (trust || token.empty()) return trust;
    if (pair.look(trust_file))
        throw Error(Code::usage, fmt::format("{}/{} is damaged", printable(pair.path()), trust_file));
    return token == adopted_token ? trust : std::vector<Bytes>();
}

}  // namespace

bool is_ours(Folder& pair) {
    for (const auto& each : pair.listing()) {
        bool known = std::find(names_written.begin(), names_written.end(), each.name) != names_written.end();
        if (!known || each.kind != FolderEntry::Kind::file) return false;
    }
    auto token = token_of(pair);
    return is_name(token) || token == adopted_token;
}

void remove_files(Folder& pair) {
    for (const auto& name : names_written) {
        bool has_key = name == key_file || name == combined_file;
        if (has_key)
            pair.destroy(name);
        else
            pair.remove(name);
    }
}

void put(Folder& folder, const std::string& name, ByteView content, const Access& access) {
    // Without a whole token, nobody would know the folder for ours: it is never written in place.
    if (name == token_file && token_of(folder) == text_of(content)) return;
    if (name == token_file) return replace_file(folder, name, content, access);
    if (folder.rewrite(name, content, access)) return;
    folder.remove(name);
    folder.create(name, content, access);
}

void put_key(Folder& pair, ByteView pem, const Access& access, const std::string& name) {
    pair.destroy(name);
    pair.create(name, pem, access);
}

void put_chain(Folder& pair, const Delivery& delivery, std::span<const Bytes> also_trusted) {
    std::span<const Bytes> chain = delivery.chain;
    // Read back in a moment; what is above it, the whole fleet has.
    std::string leaf = crypto::to_known_pem(chain.first(1));
    std::string above = crypto::to_pem(chain.subspan(1));
    std::string rest = above + crypto::to_pem(also_trusted);
    std::string whole = leaf + above;
    std::string trust = crypto::to_pem(delivery.trust);
    pair.sync_once([&] {
        put(pair, certificate_file, view_of(leaf), public_access);
        put(pair, rest_file, view_of(rest), public_access);
        put(pair, chain_file, view_of(whole), public_access);
        if (!trust.empty()) return put(pair, trust_file, view_of(trust), public_access);
        pair.remove(trust_file);  // the folder may have been another pair's
    });
}

std::optional<std::vector<Bytes>> trust_of(Folder& pair) {
    auto pem = content_of(pair, trust_file, limits::certificates_file);
    if (!pem) return std::nullopt;
    return unless_damaged([&] { return ders_of(crypto::X509Certificate::from_pem(*pem)); });
}

bool holds(Folder& pair, const Delivery& delivery) {
    std::vector<Bytes> chain;
    try {
        chain = ders_of(chain_of(pair).certificates);
    } catch (const Error& error) {
        if (error.code() == Code::unreachable) throw;
        return false;
    }
    return chain == delivery.chain && (delivery.trust.empty() || trust_of(pair) == delivery.trust);
}

std::optional<Bytes> rest_of(Folder& pair) { return content_of(pair, rest_file, limits::certificates_file); }

std::vector<Bytes> roots_to_keep(const std::optional<Bytes>& rest, const Delivery& delivery) {
    auto known =
        rest ? unless_damaged([&] { return ders_of(crypto::X509Certificate::from_pem(*rest)); }) : std::nullopt;
    auto among = [](const std::vector<Bytes>& list, const Bytes& der) {
        return std::find(list.begin(), list.end(), der) != list.end();
    };
    std::vector<Bytes> kept;
    for (const auto& der : known.value_or(std::vector<Bytes>()))
        if (among(delivery.trust, der) && !crypto::is_same_root(der, delivery.chain.back())) kept.push_back(der);
    return kept;
}

std::optional<HeldFile> held_combined(Folder& pair) {
    auto held = pair.read_file(combined_file, limits::combined_file, {.with_acl = true, .odd_is_missing = true});
    return held && combined::has_key(held->content.view()) ? std::move(held) : std::nullopt;
}

void put_combined(Folder& pair, Folder& before, std::span<const Bytes> chain) {
    auto entry = before.look(combined_file);
    if (!entry || entry->kind != FolderEntry::Kind::file) return;
    auto old = before.read_held(combined_file, limits::combined_file);
    auto key = pair.read_secret(key_file, limits::key_file);
    if (!old || !key) throw Error(Code::failed, fmt::format("{} went while it was copied", combined_file));
    auto content = combined::remade(old->content.view(), key->view(), chain);
    if (!combined::has_key(old->content.view())) return put(pair, combined_file, content.view(), public_access);
    // That all users may use it was refused, or allowed, when the key was made.
    put_key(pair, content.view(), rights_like(*old, true), combined_file);
}

void copy_files(Folder& pair, Folder& to) {
    // The token first: it says whose the folder is, should the copy end here.
    for (auto name = names_written.rbegin(); name != names_written.rend(); ++name) {
        auto held = pair.read_held(*name, limits::combined_file);
        if (!held) continue;
        to.remove(*name);
        to.create(*name, held->content.view(), {held->entry.mode, held->entry.owner, held->entry.group, held->acl});
    }
    to.sync();
}

AgreedChain chain_of(Folder& pair) {
    auto certificate = read_own(pair, certificate_file);
    auto rest = read_own(pair, rest_file);
    auto whole = read_own(pair, chain_file);
    if (!whole) throw_missing(pair, chain_file);
    require_written(pair, certificate, certificate_file);
    require_written(pair, rest, rest_file);
    auto certificates = agreed(pair, *whole, certificate, rest);
    return {std::move(certificates), std::move(rest)};
}

std::optional<crypto::X509Certificate> leaf_of(Folder& pair) {
    // Two places, so that a damaged file does not hide which pair this is.
    for (const auto& name : {certificate_file, chain_file}) {
        auto pem = content_of(pair, name, limits::certificates_file);
        if (!pem) continue;
        auto leaf = unless_damaged([&] { return crypto::X509Certificate::from_pem(*pem).front(); });
        if (leaf) return leaf;
    }
    return std::nullopt;
}

std::optional<HeldFile> held_key(Folder& pair, const crypto::X509Certificate& leaf) {
    auto held = pair.read_file(key_file, limits::key_file, {.with_acl = true, .odd_is_missing = true});
    return held && is_key_of(held->content.view(), leaf) ? std::move(held) : std::nullopt;
}

bool has_key_of(Folder& pair, const crypto::X509Certificate& leaf) {
    auto key = key_of(pair);
    return key && is_for(*key, leaf);
}

bool is_spent(Folder& pair) {
    auto entry = pair.look(key_file);
    if (!entry) return true;
    if (entry->kind != FolderEntry::Kind::file || entry->size > limits::key_file) return false;
    auto key = pair.read_secret(key_file, limits::key_file);
    return !key || std::all_of(key->view().begin(), key->view().end(), [](auto byte) { return byte == 0; });
}

std::string token_of(Folder& pair) {
    auto token = content_of(pair, token_file, limits::token_file);
    return token ? std::string(text_of(*token)) : std::string();
}

std::optional<Bytes> request_for(Folder& pair, const std::string& token) {
    if (token_of(pair) != token) return std::nullopt;
    auto request = content_of(pair, request_file, limits::der);
    auto key = key_of(pair);
    if (!request || !key) return std::nullopt;
    auto made = unless_damaged([&] { return crypto::verify_request(*request).public_key; });
    return made == key ? request : std::nullopt;
}

void sync_request(Folder& pair) {
    pair.sync_once([&] {
        for (const auto& name : {key_file, token_file, request_file}) pair.sync_file(name);
        pair.sync();
    });
}

Holding hold(Folder& pair, const SlotPath& place) {
    Holding holding;
    holding.place = place;
    auto chain = chain_of(pair).certificates;
    auto key = pair.read_file(key_file, limits::key_file, {.with_acl = true, .odd_is_missing = true});
    if (key)
        require_own(pair, key_file, key->entry);
    else
        require_ordinary_key(pair);
    auto one = pair.read_file(combined_file, limits::combined_file, {.with_acl = true, .odd_is_missing = true});
    if (one) require_same_in_combined(pair, *one, chain.front());
    if (key && !is_key_of(key->content.view(), chain.front())) key.reset();
    holding.key_matches = key.has_value();
    holding.chain = ders_of(chain);
    holding.trust = shown_trust(pair);
    auto add_concerns = [&](const std::optional<HeldFile>& file, const std::string& name) {
        if (!file) return;
        auto path = pair.path() + "/" + name;
        if (auto found = hindrance(*file, path)) holding.concerns.push_back(std::move(*found));
        if (auto found = open_to_all(*file, path, SlotName{"", place.node, place.type}.on_unit()))
            holding.concerns.push_back(std::move(*found));
    };
    add_concerns(key, key_file);
    if (one && combined::has_key(one->content.view())) add_concerns(one, combined_file);
    return holding;
}

Damage damage_of(const Error& error) {
    switch (error.code()) {
        case Code::not_found:
        case Code::usage:
        case Code::refused:  // as of a certificate that is larger than any
            return Damage::incomplete;
        case Code::corrupt:
            return Damage::contradiction;
        default:
            return Damage::none;
    }
}

}  // namespace rekey::units::pair_folder
