#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "input/edited_file.hpp"
#include "questions/policy_loading.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

namespace {

/// What is edited where no policy was loaded so far. Saved as it is, it changes nothing.
constexpr const char* first_document =
    "# The policy of this home: what its certificates must be like. See rekey-policy(5).\n"
    "#\n"
    "# [defaults]\n"
    "# validity = \"1y\"\n"
    "# key = \"ec-p256\"\n"
    "# san = [\"dns:{unit}.fleet.example\"]\n"
    "#\n"
    "# [type.online]\n"
    "# usages = [\"serverAuth\"]\n"
    "#\n"
    "# [label.\"site=north\"]\n"
    "# issuer = \"north\"\n";

/// Edits until the text can be loaded, or nobody wants to edit it again.
int edit_until_loaded(Session& session, const EditedFile& file, const std::string& before, PolicyToLoad wanted) {
    for (;;) {
        file.edit();
        wanted.document = file.text();
        if (wanted.document == before) {
            session.note("nothing was changed");
            return exit_done;
        }
        try {
            return load_and_tell(session, wanted);
        } catch (const Error& error) {
            if (error.code() != Code::usage || !session.can_ask()) throw;
            session.warn(error.message(), {}, error.hint());
            if (!session.ask_yes_or_no("Edit it again?", "load it when it is right: rekey policy load FILE"))
                throw Error(Code::usage, "the policy was not loaded");
        }
    }
}

int edit(Session& session, PolicyToLoad wanted) {
    auto current = store::policy_in_force(session.home_for_writing().store());
    auto before = current ? current->document : first_document;
    wanted.made_from = current ? current->revision : 0;
    EditedFile file("policy.toml", before);
    try {
        auto code = edit_until_loaded(session, file, before, wanted);
        file.discard();
        return code;
    } catch (const Error& error) {
        auto kept = fmt::format("your text is kept in {}", printable(file.path()));
        throw Error(error.code(), error.message(), error.hint().empty() ? kept : error.hint() + "; " + kept);
    }
}

}  // namespace

void policy_edit(Registry& registry) {
    registry.command("policy edit", "Edit the policy of the home, and put it in force", [](Command& command) -> Run {
        auto wanted = std::make_shared<PolicyToLoad>();
        wanted->name = "policy.toml";
        command.option("--comment", "TEXT", wanted->comment, "Note for the history");
        wanted->confirmation.describe(command);
        command.example("rekey policy edit");
        command.ending(exit_refused,
                       "It makes slots due and that was not confirmed, or the policy was changed meanwhile.");
        return [wanted](Session& session) { return edit(session, *wanted); };
    });
}

}  // namespace rekey::cli
