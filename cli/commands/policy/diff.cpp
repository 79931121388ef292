#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "output/unified_diff.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

std::int64_t parse_revision(const std::string& text) {
    constexpr std::size_t most_digits = 18;
    if (text.empty() || text.size() > most_digits || text.find_first_not_of("0123456789") != std::string::npos)
        throw Error(Code::usage, fmt::format("'{}' is not a revision", printable(text)),
                    "revisions are numbers; see: rekey policy history");
    return std::stoll(text);
}

/// `text`: a number; empty: the revision before `current`. Before the first is revision 0, which is empty.
store::PolicyRevision revision_to_compare(store::Reader& store, const std::string& text,
                                          const store::PolicyRevision& current) {
    auto number = text.empty() ? current.revision - 1 : parse_revision(text);
    if (number == 0) return {};
    auto revision = store::find_policy_revision(store, number);
    if (!revision)
        throw Error(Code::not_found, fmt::format("there is no policy revision {}", number),
                    "see: rekey policy history");
    return *revision;
}

int diff(Session& session, const std::string& text) {
    auto& store = session.home_for_reading().store();
    auto current = store::policy_in_force(store).value_or(store::PolicyRevision{});
    auto other = text.empty() && current.revision == 0 ? current : revision_to_compare(store, text, current);
    auto name = [](const store::PolicyRevision& each) { return fmt::format("policy revision {}", each.revision); };
    auto changes = unified_diff(other.document, current.document, name(other), name(current));
    if (session.format() == OutputFormat::table)
        write_out(changes);
    else
        print_object(session, {{"before", other.revision}, {"after", current.revision}, {"diff", changes}});
    return exit_done;
}

}  // namespace

void policy_diff(Registry& registry) {
    registry.command("policy diff", "Show what changed in the policy, as diff -u does", [](Command& command) -> Run {
        auto revision = std::make_shared<std::string>();
        command.optional_argument("REV", *revision, "Revision to compare with the one in force [the one before]");
        command.example("rekey policy diff", "the last change");
        command.example("rekey policy diff 3");
        return [revision](Session& session) { return diff(session, *revision); };
    });
}

}  // namespace rekey::cli
