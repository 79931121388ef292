#pragma once

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/issuers.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"
#include "store/runs/runs.hpp"
#include "store/schema/migrations.hpp"

/// What the tests of the store are made from.
namespace rekey::store::test {

using rekey::test::error_of;

constexpr Time noon = Time{Seconds{1'800'000'000}};
constexpr Seconds day{86'400};

template <class Action>
Code code_of(Action action) {
    return error_of(action).code();
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

inline bool is_there(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

using rekey::test::content_of;
using rekey::test::write_to;

/// The version of the schema that this program makes.
inline std::string newest_version() { return std::to_string(schema_steps().size()); }

/// A folder with a database in it. The `sqlite3` command is the judge of what is in there.
struct StoreFolder {
    rekey::test::TemporaryFolder folder;
    std::string path = folder.path() + "/rekey.db";

    Store create() const { return Store::create(path, noon); }
    Store open(Store::Mode mode = Store::Mode::write) const { return Store::open(path, mode, noon); }

    /// What `sqlite3` prints, without the last newline; its complaints too.
    std::string sql(const std::string& statements) const { return sql_in(path, statements); }

    static std::string sql_in(const std::string& database, const std::string& statements) {
        // Not to be read as an option, and without the user's own settings.
        std::string command = "sqlite3 -batch -init /dev/null '" + database + "' 2>&1 <<'REKEY_END'\n" +
                              ".timeout 5000\n" + statements + "\nREKEY_END\n";
        FILE* pipe = ::popen(command.c_str(), "r");
        REQUIRE(pipe != nullptr);
        std::string printed;
        std::array<char, 4096> piece;
        while (auto size = std::fread(piece.data(), 1, piece.size(), pipe)) printed.append(piece.data(), size);
        REQUIRE(::pclose(pipe) >= 0);
        while (!printed.empty() && printed.back() == '\n') printed.pop_back();
        return printed;
    }
};

/// Runs `action` in a process of its own, which ends with its result.
inline pid_t start_process(const std::function<int()>& action) {
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child != 0) return child;
    int status = 99;
    try {
        status = action();
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.message().c_str());
    } catch (...) {
    }
    // Neither destructors nor the rest of the tests run twice.
    ::_exit(status);
}

/// How it ended: its exit status, or minus the signal.
inline int ending_of(pid_t child) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

inline int in_process(const std::function<int()>& action) { return ending_of(start_process(action)); }

inline Unit unit_named(const std::string& name) {
    Unit unit;
    unit.name = name;
    unit.address = "dir:/srv/" + name;
    unit.added_at = noon;
    return unit;
}

inline CertificateFacts facts_with(const std::string& number) {
    CertificateFacts facts;
    facts.number = number;
    facts.subject = "CN=unit-1,O=Fleet";
    facts.issuer = "CN=Fleet CA";
    facts.not_before = noon;
    facts.not_after = noon + 365 * day;
    facts.key = "ec-p256";
    facts.signature = "ecdsa-with-SHA256";
    facts.sans = {"dns:unit-1.fleet.example", "ip:10.0.0.1"};
    facts.usages = {"clientAuth", "serverAuth"};
    facts.fingerprint_sha256 = to_hex(sha256(view_of(number)));
    return facts;
}

inline Issuer issuer_named(const std::string& name) {
    Issuer issuer;
    issuer.uid = to_hex(ByteView(sha256(view_of(name))).first(16));
    issuer.name = name;
    issuer.kind = "local";
    issuer.facts = facts_with("CA" + to_hex(view_of(name)));
    issuer.facts.is_ca = true;
    issuer.chain = {to_bytes(view_of("certificate of " + name)), to_bytes(view_of("root"))};
    issuer.sealed_key = {0, 1, 2, 0, 255};
    issuer.added_at = noon;
    return issuer;
}

inline Certificate certificate_in(const Slot& slot, const std::string& number,
                                  CertificateState state = CertificateState::active) {
    Certificate certificate;
    certificate.slot_id = slot.id;
    certificate.slot = slot.name;
    certificate.facts = facts_with(number);
    certificate.state = state;
    certificate.recorded_at = noon;
    certificate.actor = "alice@host";
    return certificate;
}

inline Bytes der(const std::string& text) { return to_bytes(view_of(text)); }

/// Units `unit-1` and `unit-2`, each with the slots `offline` and `online`; an issuer `ca`; a run.
struct Fleet {
    StoreFolder scratch;
    Store store = scratch.create();
    Unit first = unit_named("unit-1");
    Unit second = unit_named("unit-2");
    Slot online;   ///< of the first
    Slot offline;  ///< of the first
    Slot other;    ///< `unit-2/online`
    Issuer ca = issuer_named("ca");
    Run run;

    Fleet() {
        first.labels = {{"line", "north"}, {"site", "berlin"}};
        run.command = "renew";
        run.selection = "--due";
        run.actor = "alice@host";
        run.started_at = noon;
        store.write([&](Transaction& transaction) {
            add_unit(transaction, second);
            add_unit(transaction, first);
            online = ensure_slot(transaction, first, "", "online");
            offline = ensure_slot(transaction, first, "", "offline");
            other = ensure_slot(transaction, second, "", "online");
            ensure_slot(transaction, second, "", "offline");
            add_issuer(transaction, ca);
            add_run(transaction, run);
        });
    }

    Certificate add(const Slot& slot, const std::string& number, CertificateState state = CertificateState::active) {
        Certificate certificate = certificate_in(slot, number, state);
        store.write([&](Transaction& transaction) {
            add_certificate(transaction, certificate, {der("leaf " + number), der("ca"), der("root")});
        });
        return certificate;
    }

    Item item_for(const Slot& slot) const {
        Item item;
        item.run_id = run.id;
        item.slot_id = slot.id;
        item.slot = slot.name;
        item.token = "token-" + std::to_string(slot.id);
        item.issuer_id = ca.id;
        item.why = "expires in 20 days";
        item.updated_at = noon;
        return item;
    }

    Item add(Item item) {
        store.write([&](Transaction& transaction) { add_item(transaction, item); });
        return item;
    }
};

}  // namespace rekey::store::test
