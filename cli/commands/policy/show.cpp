#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/renewal/overview.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

struct PolicyShowOptions {
    bool toml = false;
    std::int64_t revision = 0;  ///< 0: the one in force
};

/// None: nobody loaded a policy so far.
std::optional<store::PolicyRevision> shown_revision(store::Reader& store, std::int64_t number) {
    if (number == 0) return store::policy_in_force(store);
    auto revision = store::find_policy_revision(store, number);
    if (!revision)
        throw Error(Code::not_found, fmt::format("there is no policy revision {}", number),
                    "see: rekey policy history");
    return revision;
}

/// What is shown is in force, whatever a configuration says; that one is not right is worth a warning.
void warn_of_configuration(Session& session) {
    try {
        session.config();
    } catch (const Error& e) {
        session.warn(e.message(), {}, e.hint());
    }
}

int show(Session& session, const PolicyShowOptions& options) {
    warn_of_configuration(session);
    auto revision = shown_revision(session.home_for_reading().store(), options.revision);
    if (options.toml) {
        if (revision)
            write_out(revision->document);
        else
            session.note("no policy was loaded into this home; the built-in rules hold");
        return exit_done;
    }
    Listing listing(session, "rules", {"table", "key", "value"},
                    {{"table", "TABLE"}, {"key", "KEY"}, {"value", "VALUE"}});
    for (const auto& setting : policy::settings(revision ? renewal::policy_of(*revision) : policy::Policy{}))
        listing.row({{"table", setting.source}, {"key", setting.key}, {"value", setting.value}});
    listing.finish();
    return exit_done;
}

}  // namespace

void policy_show(Registry& registry) {
    registry.command("policy show", "Show every rule, table by table", [](Command& command) -> Run {
        auto options = std::make_shared<PolicyShowOptions>();
        command.flag("--toml", options->toml, "Show the document as it was loaded, including comments");
        command.number("--revision", "N", options->revision, 1, INT64_MAX,
                       "Show an earlier revision [the one in force]");
        command.example("rekey policy show");
        command.example("rekey policy show --toml --revision 3", "an earlier one, as it was loaded");
        return [options](Session& session) { return show(session, *options); };
    });
}

}  // namespace rekey::cli
