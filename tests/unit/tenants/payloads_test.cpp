#include "rekey/tenants/credentials.hpp"
#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;
using test::error_of;
using test::Workshop;
using Stage = store::RotationState;

namespace {

constexpr const char* passphrase = "correct horse";

payload::Entry packed(Workshop& shop, const std::string& client, std::int64_t version) {
    payload::Plain plain;
    plain.id = "entry-1";
    plain.name = "delivered";
    plain.scope = "business";
    plain.client_id = client;
    plain.key_id = "key-of-" + client;
    plain.version = version;
    plain.key = Secret::copy_of(view_of(shop.key_of(client)));
    std::vector<payload::Plain> list;
    list.push_back(std::move(plain));
    auto text = payload::pack(list, Secret::copy_of(view_of(passphrase)), payload::Format::json);
    return payload::parse(view_of(text)).front();
}

ImportRequest request_for(const payload::Entry& entry, bool as_new, const std::string& credential = "") {
    ImportRequest request;
    request.entry = entry;
    request.as_new = as_new;
    request.credential = credential;
    request.passphrase = [] { return Secret::copy_of(view_of(passphrase)); };
    return request;
}

RotationResult take(Workshop& shop, const payload::Entry& entry, bool as_new, const std::string& credential = "") {
    auto context = shop.context();
    auto request = request_for(entry, as_new, credential);
    return import_entry(context, request);
}

}  // namespace

TEST_CASE("an entry becomes a tenant's first credential, once") {
    Workshop shop;
    shop.provider.clients.insert("first");
    auto entry = packed(shop, "first", 1);
    CHECK(state_of(shop.store(), entry) == DeliveryState::fresh);
    take(shop, entry, true);
    auto active = get_credential(shop.store(), "delivered");
    CHECK(active.client_id == "first");
    CHECK(active.source == "payload/entry-1");
    CHECK(state_of(shop.store(), entry) == DeliveryState::accepted);
    auto before = shop.actions().size();
    CHECK(take(shop, entry, true).nothing_to_do);
    CHECK(take(shop, entry, false).nothing_to_do);
    CHECK(shop.actions().size() == before);
}

TEST_CASE("a changed entry is never applied silently, an older one not at all") {
    Workshop shop;
    shop.provider.clients.insert("second");
    take(shop, packed(shop, "new", 2), false, "acme");
    CHECK(shop.active().client_id == "new");
    auto changed = packed(shop, "second", 3);
    CHECK(state_of(shop.store(), changed) == DeliveryState::changed);
    CHECK(error_of([&] { take(shop, changed, true); }).code() == Code::refused);
    CHECK(shop.active().client_id == "new");
    take(shop, changed, false);
    CHECK(shop.active().client_id == "second");
    auto older = packed(shop, "new", 2);
    CHECK(state_of(shop.store(), older) == DeliveryState::older);
    CHECK(error_of([&] { take(shop, older, false, "acme"); }).code() == Code::refused);
    CHECK(shop.active().client_id == "second");
    shop.check_sound();
}

TEST_CASE("an entry that has fed nothing yet needs to be told what it updates") {
    Workshop shop;
    CHECK(error_of([&] { take(shop, packed(shop, "new", 1), false); }).code() == Code::usage);
    CHECK(error_of([&] { take(shop, packed(shop, "old", 1), true); }).code() == Code::refused);
}

TEST_CASE("a wrong passphrase leaves no trace") {
    Workshop shop;
    auto before = shop.actions().size();
    auto request = request_for(packed(shop, "new", 1), false, "acme");
    request.passphrase = [] { return Secret::copy_of(view_of("wrong")); };
    auto context = shop.context();
    CHECK(error_of([&] { import_entry(context, request); }).code() == Code::refused);
    CHECK(shop.actions().size() == before);
    CHECK(shop.rotations().empty());
}

TEST_CASE("an import that was interrupted after the cut-over is finished by the same one") {
    Workshop shop;
    auto entry = packed(shop, "new", 1);
    auto context = shop.context();
    auto request = request_for(entry, false, "acme");
    request.offline = true;
    import_entry(context, request);
    CHECK(shop.rotations().front().state == Stage::cut_over);
    take(shop, entry, false, "acme");
    CHECK(shop.rotations().front().state == Stage::confirmed);
    shop.check_sound();
}

TEST_CASE("a folder of payloads must be root's") {
    test::TemporaryFolder scratch;
    Workshop shop;
    auto folder = scratch / "payloads";
    CHECK_FALSE(pending(shop.store(), folder));
    std::filesystem::create_directory(folder);
    auto list = pending(shop.store(), folder);
    REQUIRE(list);
    CHECK(list->entries.empty());
    std::filesystem::permissions(folder, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
    CHECK(error_of([&] { pending(shop.store(), folder); }).code() == Code::refused);
}
