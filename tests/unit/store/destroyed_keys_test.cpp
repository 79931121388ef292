#include <map>
#include <random>
#include <sstream>

#include "store/certificates/revocations.hpp"
#include "store/tenant_sample.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/tenants.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// Bytes that cannot be there by chance, different at each place.
Bytes recognisable(std::mt19937& random, std::size_t size) {
    Bytes bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

/// Whether any 16 of the first 64 bytes of `key` lie together in `content`.
bool any_part_in(const std::string& content, const Bytes& key) {
    std::string text(text_of(key).substr(0, 64));
    for (std::size_t at = 0; at + 16 <= text.size(); at += 16)
        if (contains(content, text.substr(at, 16))) return true;
    return false;
}

/// The pages of the keys' table that hold rows, or their beginnings.
std::string row_pages(const StoreFolder& scratch) {
    constexpr std::size_t page_size = 4096;
    REQUIRE(scratch.sql("PRAGMA page_size") == std::to_string(page_size));
    std::istringstream numbers(
        scratch.sql("SELECT pageno FROM dbstat WHERE name = 'credential_keys' AND pagetype <> 'overflow'"));
    std::string content = content_of(scratch.path);
    std::string pages;
    for (std::size_t number = 0; numbers >> number;) pages += content.substr((number - 1) * page_size, page_size);
    return pages;
}

}  // namespace

TEST_CASE("of a destroyed key nothing is left in any file after a checkpoint") {
    Tenants tenants;
    Store& store = tenants.store;
    Credential staged = tenants.credential_of(tenants.acme, "next");
    staged.sealed_key = to_bytes(view_of("RECOGNISABLE-KEY"));
    staged = tenants.add(staged);
    REQUIRE(tenants.on_disk("RECOGNISABLE-KEY"));
    std::string others = tenants.scratch.sql("SELECT hex(sealed) FROM credential_keys WHERE credential_id = 1");
    SUBCASE("destroyed") {
        store.write([&](Transaction& transaction) { destroy_key(transaction, staged.id); });
        auto found = find_credential(store, staged.id);
        REQUIRE(found);
        CHECK(found->sealed_key.empty());
        CHECK(found->key_fingerprint == staged.key_fingerprint);
        // Twice is as good as once.
        store.write([&](Transaction& transaction) { destroy_key(transaction, staged.id); });
    }
    SUBCASE("sealed anew") {
        store.write([&](Transaction& transaction) { reseal_credential(transaction, staged.id, der("another seal")); });
        CHECK(find_credential(store, staged.id)->sealed_key == der("another seal"));
    }
    SUBCASE("its tenant removed") {
        store.write([&](Transaction& transaction) { remove_tenant(transaction, tenants.acme.id); });
        others.clear();
    }
    REQUIRE(store.checkpoint());
    CHECK_FALSE(tenants.on_disk("RECOGNISABLE-KEY"));
    CHECK(tenants.scratch.sql("SELECT hex(sealed) FROM credential_keys WHERE credential_id = 1") == others);
    CHECK(store.problems().empty());
}

TEST_CASE("while a reader keeps the log, a destroyed key may be in it, and the checkpoint says so") {
    Tenants tenants;
    Store& store = tenants.store;
    Store reader = tenants.scratch.open(Store::Mode::read);
    {
        Snapshot snapshot(reader);
        store.write([&](Transaction& transaction) { destroy_key(transaction, tenants.main.id); });
        CHECK_FALSE(store.checkpoint());
        CHECK(tenants.on_disk("sealed key 1"));
        CHECK(active_credential(reader, tenants.acme.id)->sealed_key == tenants.main.sealed_key);
    }
    CHECK(store.checkpoint());
    CHECK_FALSE(tenants.on_disk("sealed key 1"));
}

TEST_CASE("destroying a key that was never there is an error") {
    Tenants tenants;
    Store& store = tenants.store;
    store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { destroy_key(transaction, 4711); }) == Code::not_found);
        CHECK(code_of([&] { reseal_credential(transaction, 4711, der("x")); }) == Code::not_found);
        CHECK(code_of([&] { reseal_credential(transaction, tenants.main.id, {}); }) == Code::failed);
    });
    CHECK(find_credential(store, tenants.main.id)->sealed_key == tenants.main.sealed_key);
}

// SQLite moves rows from page to page as a table grows and shrinks, and does not always clear what
// they leave behind. It is so rare that the place of the keys is checked as well.
TEST_CASE("of many keys, coming and going in any order, only those that are there can be found") {
    for (unsigned seed : {1U, 2U, 3U}) {
        std::mt19937 random(seed);
        Tenants tenants;
        Store& store = tenants.store;
        std::map<Id, Bytes> there;
        std::vector<Bytes> gone;
        auto any = [&] { return std::next(there.begin(), static_cast<long>(random() % there.size())); };
        auto size = [&] { return 60 + random() % (seed == 3 ? 9000 : 300); };
        for (int round = 0; round < 40; ++round) {
            store.write([&](Transaction& transaction) {
                for (int i = 0; i < 12; ++i) {
                    auto what = random() % 4;
                    if (what < 2 || there.empty()) {
                        Credential credential = tenants.credential_of(tenants.globex, "c" + std::to_string(random()),
                                                                      CredentialState::superseded);
                        credential.sealed_key = recognisable(random, size());
                        add_credential(transaction, credential);
                        there[credential.id] = credential.sealed_key;
                    } else if (what == 2) {
                        auto chosen = any();
                        destroy_key(transaction, chosen->first);
                        gone.push_back(chosen->second);
                        there.erase(chosen);
                    } else {
                        auto chosen = any();
                        gone.push_back(chosen->second);
                        chosen->second = recognisable(random, size());
                        reseal_credential(transaction, chosen->first, chosen->second);
                    }
                }
            });
        }
        REQUIRE(store.checkpoint());
        std::string content = content_of(tenants.scratch.path);
        std::size_t left = 0;
        for (const Bytes& key : gone) left += any_part_in(content, key) ? 1 : 0;
        CHECK(gone.size() > 150);
        CHECK(left == 0);
        std::string rows = row_pages(tenants.scratch);
        CHECK(rows.size() >= 4096);
        for (const auto& [id, key] : there) {
            CHECK_FALSE(any_part_in(rows, key));
            CHECK(find_credential(store, id)->sealed_key == key);
            CHECK(any_part_in(content, key));
        }
    }
}
