#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "rekey/tenants/records.hpp"
#include "store/records/devices.hpp"
#include "store/records/record_counts.hpp"
#include "workshop.hpp"

// Whatever the order of commands and whatever the provider answers: no other organisation's credential is confirmed,
// no prior key goes before the provider has said that its successor is the tenant's, and no device is lost. All orders
// are tried: from each state that any order leads to, every command with every answer.

using namespace rekey;
using namespace rekey::tenants;
using test::devices_named;
using test::TemporaryFolder;

namespace {

/// What the provider says of every client but the tenant's first.
enum class Word { same, other, empty, refuses, unclear };
constexpr Word words[] = {Word::same, Word::other, Word::empty, Word::refuses, Word::unclear};

std::vector<std::string> devices_of(Word word) {
    if (word == Word::same) return {"A1", "A2"};
    if (word == Word::other) return {"B1", "B2"};
    return {};
}

class Oracle : public Provider {
public:
    Word word = Word::same;

    Word word_for(const store::Credential& credential) const {
        return credential.client_id == "first" ? Word::same : word;
    }
    Answer<Secret> token(const store::Credential& credential, const Secret&, Time, std::chrono::milliseconds) override {
        switch (word_for(credential)) {
            case Word::refuses:
                return Failure{Trouble::invalid_client, "no"};
            case Word::unclear:
                return Failure{Trouble::unreachable, "silence", std::nullopt, false};
            default:
                return Secret::copy_of(view_of("token"));
        }
    }
    Answer<DevicePage> devices(const ApiAccess& access, const std::string&) override {
        return test::page_of(devices_of(word_for(access.credential)));
    }
    Answer<DeviceAnswer> device(const ApiAccess& access, const std::string& id) override {
        DeviceAnswer answer;
        for (const auto& each : devices_of(word_for(access.credential)))
            if (each == id) answer.device = devices_named({id}).front();
        return answer;
    }
    Answer<CoverageAnswer> coverage(const ApiAccess&, const std::string&) override { return CoverageAnswer{}; }
};

/// A tenant and what can be done with it; the home is a folder that is copied for every order.
class World {
public:
    World(const std::string& path, Time time) : now(time), home_(Home::open(path, store::Store::Mode::write, time)) {}
    World(Home home, Time time) : now(time), home_(std::move(home)) {}

    Time now;
    Oracle oracle;

    store::Store& store() { return home_.store(); }
    Context context() {
        return {home_, oracle, [this] { return now; }, "tester@bench", test::impatient, {}};
    }
    store::Id acme() { return get_tenant(store(), "acme").id; }

    static Input input(const std::string& client) {
        static std::map<std::string, std::string> keys;
        auto& pem = keys[client];
        if (pem.empty()) pem = std::string(text_of(crypto::PrivateKey::generate("ec-p256").to_pem().view()));
        Input input;
        input.client_id = client;
        input.key_id = "key";
        input.key = Secret::copy_of(view_of(pem));
        return input;
    }
    void add(const std::string& tenant, const std::string& client, bool offline) {
        auto all = context();
        auto given = input(client);
        given.name = tenant;
        tenants::add(all, tenant, given, endpoints("business", "", "", ""), offline);
    }
    void rotate(const std::string& client, bool offline) {
        RotationRequest request;
        request.credential = "acme";
        request.input = input(client);
        request.offline = offline;
        auto all = context();
        tenants::rotate(all, request);
    }
    void sync(std::vector<std::string> devices) {
        SyncRequest request;
        request.tenant = "acme";
        request.coverage = CoverageWish::none;
        request.devices = std::move(devices);
        SyncObserver nobody;
        auto all = context();
        tenants::sync(
            all, [this] { return std::make_unique<Oracle>(oracle); }, request, nobody);
    }
    void merge(bool offline) {
        MergeRequest request;
        request.from = "younger";
        request.into = "acme";
        request.offline = offline;
        auto all = context();
        tenants::merge(all, request);
    }
    /// Of the other organisation. What an operator says is ours before a cut-over is ours.
    void import_list() {
        if (store::unfinished_rotations(store()).empty()) return;
        auto list = devices_named({"B1", "B3"});
        for (auto& device : list) device.first_seen = device.last_seen = now;
        store().write([&](store::Transaction& transaction) { store::put_devices(transaction, acme(), list); });
    }

private:
    Home home_;
};

struct Command {
    const char* name;
    void (*run)(World&);
    bool asks = true;     ///< whether it matters what the provider says
    bool usually = true;  ///< else only with REKEY_ALL_ORDERS, which takes minutes
};

const Command commands[] = {
    {"rotate --offline", [](World& w) { w.rotate("second", true); }, false},
    {"rotate", [](World& w) { w.rotate("second", false); }},
    {"rotate to a third", [](World& w) { w.rotate("third", false); }, true, false},
    {"rotate back to the first", [](World& w) { w.rotate("first", false); }, true, false},
    {"sync", [](World& w) { w.sync({}); }},
    {"sync --device of ours", [](World& w) { w.sync({"A1"}); }, true, false},
    {"sync --device of others", [](World& w) { w.sync({"B1"}); }},
    {"confirm",
     [](World& w) {
         auto all = w.context();
         confirm(all, "acme", false);
     }},
    {"confirm --due",
     [](World& w) {
         auto all = w.context();
         confirm_due(all);
     }},
    {"rollback",
     [](World& w) {
         auto all = w.context();
         roll_back(all, "acme", false);
     }},
    {"rollback --offline",
     [](World& w) {
         auto all = w.context();
         roll_back(all, "acme", true);
     },
     false},
    {"abort",
     [](World& w) {
         auto all = w.context();
         abort(all, "acme");
     },
     false},
    {"verify",
     [](World& w) {
         auto all = w.context();
         verify(all, *store::active_credential(w.store(), w.acme()));
     },
     true, false},
    {"import of a list", [](World& w) { w.import_list(); }, false},
    {"merge --offline", [](World& w) { w.merge(true); }, false},
    {"merge", [](World& w) { w.merge(false); }, true, false},
    {"a day later", [](World& w) { w.now += std::chrono::hours{25}; }, false},
};

/// What the promises are about.
struct View {
    std::map<store::Id, store::Credential> credentials;
    std::vector<store::Rotation> rotations;
    std::map<std::string, bool> devices;  ///< whether each is active
    std::string digest;                   ///< equal for states that cannot be told apart by what comes later
    int active = 0;
    store::Credential in_use;
};

View look(World& world) {
    View view;
    auto& store = world.store();
    auto id = world.acme();
    bool age_counts = false;
    auto kept = [&](const store::Rotation& each) {
        return each.state == store::RotationState::confirmed && !each.prior_destroyed_at;
    };
    store::each_credential(store, std::nullopt, [&](const store::Credential& each) {
        if (each.tenant_id == id) view.credentials[each.id] = each;
        bool live = each.state == store::CredentialState::active || !each.sealed_key.empty();
        if (live)
            view.digest += each.tenant + " " + each.client_id + " " + std::string(to_string(each.state)) +
                           (each.confirmed ? " confirmed" : "") + (each.sealed_key.empty() ? "" : " key") + ";";
        if (each.state == store::CredentialState::failed && each.ended_at)
            view.digest += *each.ended_at + std::chrono::hours{24} <= world.now ? "over;" : "";
        if (each.tenant_id != id || each.state != store::CredentialState::active) return;
        ++view.active;
        view.in_use = each;
    });
    view.rotations = store::rotations_of(store, id);
    for (const auto& each : view.rotations) {
        bool last = each.id == view.rotations.back().id;
        bool open = each.state == store::RotationState::staged || each.state == store::RotationState::verified ||
                    each.state == store::RotationState::cut_over;
        if (!last && !open && !kept(each)) continue;
        age_counts = kept(each) && *each.confirmed_at + each.keep_prior <= world.now;
        view.digest += std::string(to_string(each.state)) + (each.offline ? " offline" : "") +
                       (age_counts ? " over" : "") + (each.prior_destroyed_at ? " gone" : "") + ";";
    }
    store::each_device(store, id, [&](const store::Device& each) {
        view.devices[each.id] = !each.inactive_since;
        auto presence = each.inactive_since ? store::Presence::inactive : store::Presence::active;
        bool counts = !store::known_device_ids(store, id, presence, {each.id}).empty();
        view.digest += each.id + (each.inactive_since ? " inactive" : "") + (counts ? " ours" : "") + ";";
    });
    return view;
}

bool has_key(const store::Credential& credential) { return !credential.sealed_key.empty(); }

/// Everything that must never be, in words; empty: nothing of it happened.
std::string violation(const Command& command, Word word, const View& before, const View& after) {
    std::string name = command.name;
    if (after.active != 1) return "not one active credential";
    if (!has_key(after.in_use)) return "the active credential has no key";
    for (const auto& rotation : after.rotations) {
        auto was = std::find_if(before.rotations.begin(), before.rotations.end(),
                                [&](const auto& each) { return each.id == rotation.id; });
        bool was_confirmed = was != before.rotations.end() && was->confirmed_at;
        auto fresh = after.credentials.find(rotation.new_credential_id);
        bool first = fresh != after.credentials.end() && fresh->second.client_id == "first";
        if (rotation.confirmed_at && !was_confirmed && word != Word::same && !first)
            return "confirmed without the provider's word";
        bool was_destroyed = was != before.rotations.end() && was->prior_destroyed_at;
        if (rotation.prior_destroyed_at && !was_destroyed && word != Word::same && before.in_use.client_id != "first" &&
            after.in_use.client_id != "first")
            return "a prior key was destroyed without the provider's word";
    }
    for (const auto& [id, was] : before.credentials) {
        auto now = after.credentials.find(id);
        if (now == after.credentials.end()) return "a credential is not on the record any more";
        bool lost = has_key(was) && !has_key(now->second);
        bool in_use = was.state == store::CredentialState::active || was.state == store::CredentialState::superseded;
        bool rolled_back = name.starts_with("rollback") && was.state == store::CredentialState::active;
        bool said = word == Word::same || after.in_use.client_id == "first";
        if (lost && in_use && !rolled_back && !said) return "a key in use was destroyed without the provider's word";
        bool request_failed = word == Word::refuses || word == Word::unclear;
        bool given_up = name == "abort" || name.starts_with("rotate") || name.starts_with("merge") ||
                        name == "confirm --due" || rolled_back;
        if (lost && request_failed && !given_up && !said) return "a key was destroyed because a request failed";
    }
    for (const auto& [id, active] : before.devices) {
        auto now = after.devices.find(id);
        if (now == after.devices.end()) return "device " + id + " is lost";
        if (active && !now->second && !before.in_use.confirmed && word != Word::same)
            return "an unconfirmed credential made " + id + " inactive";
    }
    bool sync = name.starts_with("sync");
    if (sync && !before.in_use.confirmed && word != Word::same && before.devices != after.devices)
        return "an unconfirmed credential brought another organisation's records";
    return "";
}

struct State {
    std::string folder;
    Time now;
    std::string digest;
    std::string order;        ///< one that leads here
    std::int64_t orders = 0;  ///< how many lead here with as many commands as were tried last
};

}  // namespace

TEST_CASE("no order of commands and answers gets past the organisation guard") {
    constexpr std::size_t most_commands = 5;
    const bool all = getenv("REKEY_ALL_ORDERS") != nullptr;
    TemporaryFolder scratch;
    auto start = *from_rfc3339("2030-01-01T00:00:00Z");
    std::filesystem::path root(scratch / "orders");
    std::filesystem::create_directory(root);
    auto first = (root / "0").string();
    std::string digest;
    {
        bool made = false;
        World world(Home::create(first, "Acme", {start, "tester@bench"}, made), start);
        world.add("acme", "first", false);
        world.add("younger", "young", true);
        world.sync({});
        digest = look(world).digest;
    }

    std::map<std::string, State> layer{{digest, {first, start, digest, "", 1}}};
    std::map<std::string, std::vector<std::string>> known;  // what each command with each answer leads to
    std::map<std::string, State> states{{digest, {first, start, digest, "", 0}}};
    std::int64_t ran = 0;
    std::int64_t orders = 0;
    int folders = 0;
    for (std::size_t depth = 0; depth < most_commands; ++depth) {
        std::map<std::string, State> next;
        auto arrive = [&](const std::string& there, std::int64_t ways) {
            auto& state = next.try_emplace(there, states.at(there)).first->second;
            state.orders += ways;
        };
        for (const auto& each : layer) {
            const auto& state = each.second;
            auto& ends = known[each.first];
            if (ends.empty()) {
                auto work = (root / "work").string();
                bool fresh = false;
                for (const auto& command : commands)
                    for (auto word : words) {
                        if (!command.usually && !all) continue;
                        if (!command.asks && word != Word::same) {
                            ends.push_back(ends.back());
                            continue;
                        }
                        if (!fresh) {
                            std::filesystem::remove_all(work);
                            std::filesystem::copy(state.folder, work, std::filesystem::copy_options::recursive);
                        }
                        View before;
                        View after;
                        Time now;
                        {
                            World world(work, state.now);
                            world.oracle.word = word;
                            before = look(world);
                            try {
                                command.run(world);
                            } catch (const Error& e) {
                                bool expected = e.code() != Code::failed && e.code() != Code::corrupt;
                                INFO(state.order << " / " << std::string(command.name) << ": " << e.message());
                                CHECK(expected);
                            }
                            after = look(world);
                            now = world.now;
                        }
                        ++ran;
                        auto wrong = violation(command, command.asks ? word : Word::unclear, before, after);
                        INFO(state.order << " / " << std::string(command.name) << ", answer "
                                         << static_cast<int>(word));
                        CHECK(wrong == "");
                        // What changed nothing leaves the folder good for the next command.
                        fresh = after.digest == before.digest;
                        ends.push_back(after.digest);
                        if (states.contains(after.digest)) continue;
                        auto folder = (root / std::to_string(++folders)).string();
                        std::filesystem::rename(work, folder);
                        fresh = false;
                        states[after.digest] = {
                            folder, now, after.digest,
                            state.order + " / " + command.name + " " + std::to_string(static_cast<int>(word)), 0};
                    }
            }
            for (const auto& end : ends) {
                orders += state.orders;
                arrive(end, state.orders);
            }
        }
        layer = std::move(next);
    }
    std::cout << orders << " orders x answers of up to " << most_commands << " commands tried, through "
              << states.size() << " states and " << ran << " commands run\n";
    CHECK(orders > 10'000);
}
