#include <fmt/format.h>

#include <algorithm>

#include "commands.hpp"
#include "credential_inputs.hpp"
#include "credential_rows.hpp"
#include "rekey/base/error.hpp"
#include "rekey/tenants/payloads.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string file;
    bool as_new = false;
    std::optional<std::string> update;
    std::string entry;
    std::string passphrase_file;
    std::string tenant;
    std::string token_url;
    std::string audience;
    std::string api_url;
    std::string keep_prior = "24h";
    bool offline = false;
    bool accept_different_organization = false;
    PatienceOption patience;
};

std::string command_for(const Options& options, const payload::Entry& entry, std::string_view intent) {
    return fmt::format("rekey credential import {} {} --entry {}", printable(options.file), intent,
                       printable(entry.id));
}

/// The first few of them.
std::string ids_of(const std::vector<payload::Entry>& entries) {
    constexpr std::size_t shown = 5;
    std::string ids;
    for (std::size_t i = 0; i < std::min(shown, entries.size()); ++i)
        ids += (i == 0 ? "" : ", ") + printable(entries[i].id);
    return entries.size() > shown ? fmt::format("{} and {} more", ids, entries.size() - shown) : ids;
}

payload::Entry choose_entry(const Session& session, const Options& options) {
    if (options.as_new && options.update)
        throw Error(Code::usage, "--as-new and --update exclude each other", "give one of them");
    auto entries = tenants::read_payload(options.file);
    if (entries.empty())
        throw Error(Code::usage, fmt::format("{} has no entries", printable(options.file)),
                    "give the managed payload that has the credentials");
    if (options.entry.empty() && entries.size() == 1) return entries.front();
    auto wanted = options.entry;
    if (wanted.empty()) {
        const char* intent = options.as_new ? "--as-new" : options.update ? "--update" : "--as-new|--update";
        if (!can_ask(session))
            throw Error(Code::usage, fmt::format("{} has {} entries", printable(options.file), entries.size()),
                        fmt::format("import one after the other: {}", command_for(options, entries.front(), intent)));
        for (const auto& entry : entries)
            session.note(
                fmt::format("  {}  {}  {}", printable(entry.id), printable(entry.name), printable(entry.client_id)));
        wanted = ask_line("Entry", entries.front().id);
    }
    for (auto& entry : entries)
        if (entry.id == wanted) return entry;
    throw Error(Code::usage, fmt::format("{} has no entry '{}'", printable(options.file), printable(wanted)),
                fmt::format("it has: {}", ids_of(entries)));
}

void choose_intent(Session& session, const Options& options, tenants::ImportRequest& request) {
    request.as_new = options.as_new;
    request.credential = options.update.value_or("");
    if (options.as_new || options.update) return;
    const auto& entry = request.entry;
    if (!can_ask(session))
        throw Error(Code::usage, "is it a new credential, or does it update one?",
                    fmt::format("{}\n  {}", command_for(options, entry, "--as-new"),
                                command_for(options, entry, "--update NAME")));
    auto name =
        ask_line(fmt::format("Credential that '{}' updates (Enter: it is a new one)", printable(entry.name)), "");
    request.as_new = name.empty();
    request.credential = name;
}

}  // namespace

void credential_import(Registry& registry) {
    registry.command(
        "credential import", "Take over a credential that device management delivered", [](Command& command) -> Run {
            auto options = std::make_shared<Options>();
            command.argument("FILE", options->file, "Managed payload: property list, mobileconfig or JSON");
            command.flag("--as-new", options->as_new, "It is the first credential of a tenant");
            command.optional_value("--update", "NAME", options->update,
                                   "It replaces this credential [the one that the entry fed last]");
            command.option("--entry", "ID", options->entry, "Which entry, where there are several");
            command.option("--passphrase-file", "F", options->passphrase_file, "Passphrase of the payload");
            command.option("--tenant", "NAME", options->tenant, "With --as-new: its tenant [the entry's name]");
            command.option("--token-url", "URL", options->token_url, "With --as-new: where tokens are asked for");
            command.option("--audience", "A", options->audience, "With --as-new: audience of assertions");
            command.option("--api-url", "URL", options->api_url, "With --as-new: where devices are asked for");
            command.option("--keep-prior", "P", options->keep_prior, "With --update: time for going back [24h]");
            command.flag("--offline", options->offline, "Check only what can be checked without network");
            command.flag("--accept-different-organization", options->accept_different_organization,
                         "Also when it knows none of the tenant's devices; recorded");
            options->patience.describe(command);
            command.example("rekey credential import credentials.mobileconfig --as-new --entry e1");
            command.example("rekey credential import credentials.mobileconfig --update acme --entry e1");
            return [options](Session& session) {
                tenants::ImportRequest request;
                request.entry = choose_entry(session, *options);
                choose_intent(session, *options, request);
                request.tenant = options->tenant;
                request.token_url = options->token_url;
                request.audience = options->audience;
                request.api_url = options->api_url;
                request.keep_prior = parse_period(options->keep_prior, "--keep-prior").approximate();
                request.offline = options->offline;
                request.accept_different_organization = options->accept_different_organization;
                request.passphrase = [&] {
                    if (request.entry.protection == payload::Protection::hkdf)
                        session.warn(
                            "this payload's passphrase is easy to guess at (HKDF is no password hash); "
                            "make new ones with: rekey credential pack");
                    return get_passphrase(session, options->passphrase_file, "Passphrase of the payload");
                };
                Office office(session, options->patience);
                return tell_progress(session, tenants::import_entry(office.context(), request));
            };
        });
}

}  // namespace rekey::cli
