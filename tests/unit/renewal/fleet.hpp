#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rekey/issuers/issuers.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/renewal/renewal.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "renewal/run/run_controller.hpp"
#include "shell.hpp"
#include "store/runs/policy_revisions.hpp"
#include "units/connect/connect.hpp"

namespace rekey::test {

/// Takes down what an invocation told.
class Notes : public renewal::Observer {
public:
    void ended(const renewal::ItemResult& item) override { items.push_back(item); }
    void gave_up(const std::string& unit) override { given_up.push_back(unit); }
    std::vector<renewal::ItemResult> items;
    std::vector<std::string> given_up;

    /// The slots, in the order in which they ended.
    std::string order() const {
        std::string all;
        for (const auto& item : items) all += (all.empty() ? "" : " ") + item.slot.to_string();
        return all;
    }
    /// The slots whose outcome was this.
    std::set<std::string> with(const std::string& outcome) const {
        std::set<std::string> found;
        for (const auto& item : items)
            if (item.outcome == outcome) found.insert(item.slot.to_string());
        return found;
    }
};

/// A home with the issuer 'local' and units that are folders, and the judges of what is in them.
class Fleet {
public:
    Fleet() : home(make()) { issuers::create(home, "local", stamp()); }

    Time now = *from_rfc3339("2030-01-01T00:00:00Z");
    Stamp stamp() const { return {now, "tester@bench"}; }

    std::string folder(const std::string& unit) const { return scratch / ("units/" + unit); }

    void add(const std::string& name, const std::vector<std::string>& types, const std::string& reload = "") {
        std::filesystem::create_directories(folder(name));
        store::Unit unit;
        unit.name = name;
        unit.address = "dir:" + folder(name);
        unit.reload = reload;
        std::vector<units::Declared> slots;
        for (const auto& type : types) slots.push_back(units::parse_declared(type, ""));
        REQUIRE(units::add(home, unit, slots, stamp()).reached);
    }

    /// Puts a rule in force beside those of before, as `rule("defaults", "key", "\"ec-p384\"")`; the table "" is the
    /// top of the document.
    void rule(const std::string& table, const std::string& key, const std::string& value) {
        rules_[table][key] = value;
        std::string document;
        for (const auto& [name, lines] : rules_) {
            if (!name.empty()) document += "[" + name + "]\n";
            for (const auto& [each, said] : lines) document.append(each).append(" = ").append(said).append("\n");
        }
        home.store().write(
            [&](store::Transaction& transaction) { store::add_policy_revision(transaction, document, stamp(), ""); });
    }
    policy::Policy current_policy() { return renewal::current_policy(home.store()); }

    renewal::Result run(const renewal::Request& request) {
        return run(request, [](const std::string& address) { return units::connect(address); });
    }
    renewal::Result run(const renewal::Request& request, const renewal::Connect& connect) {
        notes = {};
        std::atomic<bool> stop = false;
        return renewal::run_with(
            home, config, request, [this] { return now; }, "tester@bench", notes, stop, connect);
    }
    renewal::Result generate(const std::string& unit) {
        renewal::Request request;
        request.kind = renewal::Request::Kind::generate;
        request.selection.units = {unit};
        return run(request);
    }
    static renewal::Request all() {
        renewal::Request request;
        request.selection.all = true;
        return request;
    }
    static renewal::Request due() {
        renewal::Request request;
        request.selection.due = true;
        return request;
    }
    static renewal::Request slot(const std::string& name) {
        renewal::Request request;
        request.selection.slots = {*SlotName::parse(name)};
        return request;
    }

    std::string number(const std::string& slot) {
        auto found = store::find_slot(home.store(), *SlotName::parse(slot));
        REQUIRE(found);
        auto in_use = store::certificate_in_use(home.store(), found->id);
        return in_use ? in_use->facts.number : "";
    }

    /// By openssl alone: key and certificate in use belong together, and the chain leads to the root.
    void require_sound(const std::string& unit, const std::string& type) const {
        auto current = folder(unit) + "/" + type + "/current";
        INFO(current);
        auto key = shell("openssl pkey -in " + current + "/key.pem -pubout");
        auto certificate = shell("openssl x509 -in " + current + "/cert.pem -noout -pubkey");
        REQUIRE(key.code == 0);
        REQUIRE(certificate.code == 0);
        CHECK(key.output == certificate.output);
        auto verified =
            shell("openssl verify -no_check_time -CAfile " + current + "/chain.pem " + current + "/cert.pem");
        CHECK_MESSAGE(verified.code == 0, verified.output);
    }
    /// The number that openssl reads from the pair in use.
    std::string number_on_unit(const std::string& unit, const std::string& type) const {
        auto answer = shell("openssl x509 -noout -serial -in " + folder(unit) + "/" + type + "/current/cert.pem");
        REQUIRE(answer.code == 0);
        return answer.output.substr(7, answer.output.size() - 8);
    }

    /// What has to hold at every instant between two commands.
    void require_consistent() {
        auto& store = home.store();
        CHECK(store.problems().empty());
        CHECK(store::verify_audit(store).problems.empty());
        std::set<std::string> numbers;
        store::CertificateFilter everything;
        everything.history = true;
        store::each_certificate(store, everything, [&](const store::Certificate& certificate) {
            CHECK(numbers.insert(certificate.facts.number).second);
        });
    }
    void require_nothing_open() {
        for (const auto& run : store::unfinished_runs(home.store())) FAIL_CHECK("run " << run.id << " is not finished");
    }
    /// As a new process would.
    void reopen() { home = Home::open(scratch / "home", store::Store::Mode::write, now); }

    TemporaryFolder scratch;
    policy::Config config;
    Notes notes;
    Home home;

private:
    std::map<std::string, std::map<std::string, std::string>> rules_;

    Home make() {
        bool made = false;
        return Home::create(scratch / "home", "Example", stamp(), made);
    }
};

}  // namespace rekey::test
