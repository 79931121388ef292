#include "rekey/home/doctor.hpp"

#include <fmt/format.h>

#include "base/folder.hpp"
#include "crypto/seal.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/home/seal.hpp"
#include "rekey/store/audit.hpp"
#include "rekey/store/runs.hpp"

namespace rekey {

namespace {

using Findings = std::vector<HomeFinding>;

/// Turns what a check throws into a finding, so that one broken thing hides no other.
template <class Check>
void guard(Findings& findings, const std::string& about, const Check& check) {
    try {
        check();
    } catch (const Error& e) {
        findings.push_back({about, e.message(), e.hint()});
    }
}

void examine_permissions(Home& home, Findings& findings) {
    auto folder = open_folder(home.path());
    for (const auto& name : folder->names()) {
        auto entry = folder->look(name);
        if (entry && (entry->mode & 077) != 0)
            findings.push_back({"permissions", fmt::format("{} has mode {:o}", printable(name), entry->mode),
                                fmt::format("chmod go= {}/{}", home.path(), printable(name))});
    }
}

void examine_seal(Home& home, Findings& findings) {
    home.seal_key();
    auto state = seal_state(home);
    if (state.strange != 0)
        findings.push_back({"seal",
                            fmt::format("{} value(s) are sealed with another key than {}", state.strange, state.key_id),
                            "restore the home from a backup"});
}

void examine_runs(Home& home, Findings& findings) {
    for (const auto& run : store::unfinished_runs(home.store()))
        if (!home.run_lives(run.id))
            findings.push_back({"runs",
                                fmt::format("run {} was interrupted with {} item(s) open", run.id,
                                            store::count_open_items(home.store(), run.id)),
                                "finish its work: rekey certs renew --due"});
}

}  // namespace

std::vector<HomeFinding> examine(Home& home, Time now) {
    Findings findings;
    guard(findings, "permissions", [&] { examine_permissions(home, findings); });
    guard(findings, "store", [&] {
        for (const auto& problem : home.store().problems())
            findings.push_back({"store", problem, "restore the home from a backup"});
    });
    guard(findings, "seal", [&] { examine_seal(home, findings); });
    guard(findings, "audit", [&] {
        for (const auto& problem : store::verify_audit(home.store()).problems)
            findings.push_back({"audit", problem, "find out who changed the store, and compare with a backup"});
    });
    guard(findings, "clock", [&] { home.compare_clock(now); });
    guard(findings, "runs", [&] { examine_runs(home, findings); });
    return findings;
}

}  // namespace rekey
