#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "input/document_file.hpp"
#include "questions/policy_loading.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

struct PolicyLoadOptions {
    std::string file;
    bool from_config = false;
    PolicyToLoad wanted;
};

int load(Session& session, PolicyLoadOptions& options) {
    if (options.file.empty() != options.from_config)
        throw Error(Code::usage, "one document is loaded at a time",
                    "name a FILE, - for standard input, or say --from-config");
    auto& wanted = options.wanted;
    wanted.name = options.from_config ? session.config_path() : options.file == "-" ? "standard input" : options.file;
    wanted.document = read_document(options.from_config ? wanted.name : options.file, "the policy");
    if (options.from_config) wanted.document = policy::policy_in_config(wanted.document, wanted.name);
    auto code = load_and_tell(session, wanted);
    if (options.from_config && !wanted.dry_run)
        session.note(
            fmt::format("now remove from {} what is policy: commands refuse it there", printable(wanted.name)));
    return code;
}

}  // namespace

void policy_load(Registry& registry) {
    registry.command("policy load", "Put a policy document in force", [](Command& command) -> Run {
        auto options = std::make_shared<PolicyLoadOptions>();
        command.optional_argument("FILE", options->file, "Document (TOML, see rekey-policy(5)); - for standard input");
        command.flag("--from-config", options->from_config,
                     "Load the policy that is still in this machine's configuration file");
        command.option("--comment", "TEXT", options->wanted.comment, "Note for the history");
        command.flag("-n,--dry-run", options->wanted.dry_run, "Show which slots would become due; change nothing");
        options->wanted.confirmation.describe(command);
        command.example("rekey policy load policy.toml --dry-run", "what it would do to the fleet");
        command.example("rekey policy load policy.toml --comment P-384 --yes");
        command.example("rekey policy load --from-config", "from config.toml, where earlier versions kept it");
        command.ending(exit_refused,
                       "It makes slots due and that was not confirmed, or the policy was changed meanwhile.");
        return [options](Session& session) { return load(session, *options); };
    });
}

}  // namespace rekey::cli
