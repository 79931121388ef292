#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/text/foreign_errors.hpp"
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "input/interrupt.hpp"
#include "output/progress_line.hpp"
#include "output/terminal.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/tenants.hpp"
#include "rekey/tenants/records.hpp"
#include "reports/unattended.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"
#include "views/sync_rows.hpp"

namespace rekey::cli {

namespace {

struct TenantsSyncOptions {
    std::vector<std::string> names;
    bool all = false;
    std::string coverage = "due";
    std::string coverage_age = "30d";
    std::vector<std::string> devices;
    std::int64_t max_requests = 0;
    PatienceOption patience{"15m"};
};

tenants::CoverageWish wish_of(const TenantsSyncOptions& options) {
    using Wish = tenants::CoverageWish;
    if (options.coverage == "all") return Wish::all;
    if (options.coverage == "none") return Wish::none;
    return options.coverage == "missing" ? Wish::missing : Wish::due;
}

/// But for the tenant. Throws Code::usage.
tenants::SyncRequest request_of(const TenantsSyncOptions& options) {
    tenants::SyncRequest request;
    request.coverage = wish_of(options);
    request.coverage_age = parse_period(options.coverage_age, "--coverage-age");
    request.devices = options.devices;
    request.max_requests = options.max_requests;
    return request;
}

/// A line that is written over on a terminal; elsewhere a line now and then.
class SyncReporter : public tenants::SyncObserver {
public:
    SyncReporter(const Session& session, const std::string& tenant)
        : session_(session), tenant_(tenant), line_(session.shows_progress()) {}

    void progress(const tenants::SyncProgress& progress) override {
        auto now = Clock::now();
        if (progress.phase != phase_) {
            phase_ = progress.phase;
            begun_ = told_ = now;
            done_before_ = progress.done;
        }
        if (line_.due()) line_.draw(in_words(progress, now - begun_));
        if (!tells_now_and_then_ || now - told_ < seldom) return;
        told_ = now;
        session_.note(in_words(progress, now - begun_), about_tenant(tenant_));
    }

    void missed(const std::string& device_id, const std::string& why) override {
        clear();
        session_.warn(fmt::format("{}: device {}: {}", tenant_, printable(device_id), why), about_tenant(tenant_));
    }

    void clear() { line_.clear(); }

private:
    using Clock = ProgressLine::Clock;
    static constexpr std::chrono::seconds seldom{30};

    std::string in_words(const tenants::SyncProgress& progress, std::chrono::duration<double> since) const {
        bool coverage = progress.phase == store::SyncPhase::coverage;
        auto text = fmt::format("{}: {}", tenant_, coverage ? "coverage of " : "");
        std::optional<std::int64_t> left;
        if (progress.total > progress.done) left = progress.total - progress.done;
        text += left ? fmt::format("{} of {} devices", progress.done, progress.total)
                     : fmt::format("{} devices", progress.done);
        text += pace(progress.done - done_before_, left, since);
        if (progress.waiting.count() > 0) text += fmt::format(", waiting {} s", progress.waiting.count());
        return text;
    }

    const Session& session_;
    const std::string& tenant_;
    const bool tells_now_and_then_ =
        !obeys_controls(STDERR_FILENO) && log_format(session_.globals()) == LogFormat::text;
    ProgressLine line_;
    store::SyncPhase phase_ = store::SyncPhase::done;
    std::int64_t done_before_ = 0;
    Clock::time_point begun_;
    Clock::time_point told_;
};

void summarise(const Session& session, const std::string& name, const tenants::SyncResult& result) {
    const auto& sync = result.sync;
    auto text = fmt::format("{}: {} device{}", name, sync.seen, sync.seen == 1 ? "" : "s");
    auto add = [&](std::int64_t count, std::string_view word) {
        if (count != 0) text += fmt::format(", {} {}", count, word);
    };
    add(sync.added, "new");
    add(sync.changed, "changed");
    add(sync.returned, "active again");
    add(sync.gone, "inactive now");
    add(sync.asked, "with their coverage");
    add(result.missed, "not answered");
    auto about = about_tenant(name);
    session.note(text, about);
    if (result.complete()) return;
    auto why = result.stopped       ? result.stopped->what
               : result.interrupted ? "interrupted"
                                    : fmt::format("stopped after {} requests", result.requests);
    bool pages = sync.phase == store::SyncPhase::devices || sync.phase == store::SyncPhase::abandoned;
    auto left = sync.generation == 0 ? "" : pages ? ", with pages left" : "";
    session.warn(
        fmt::format("{}: {}{}{}", name, why, left,
                    result.left != 0 ? fmt::format(", with the coverage of {} devices left", result.left) : ""),
        about,
        sync.phase == store::SyncPhase::abandoned ? "the same command begins anew" : "the same command continues");
}

int exit_code_of(const tenants::SyncResult& result) {
    if (result.interrupted) return exit_interrupted;
    if (result.stopped && tenants::is_refusal(result.stopped->trouble)) return exit_refused;
    if (!result.complete()) return exit_deferred;
    if (result.missed == 0) return exit_done;
    return result.sync.seen != 0 ? exit_partly : exit_nothing_done;
}

std::vector<std::string> names_of(Session& session, const TenantsSyncOptions& options) {
    if (options.names.empty() && !options.all)
        throw Error(Code::usage, "no tenant was named", "name tenants, or say --all");
    if (!options.names.empty() && options.all)
        throw Error(Code::usage, "--all means every tenant", "leave out --all, or the names");
    if (options.names.size() != 1 && !options.devices.empty())
        throw Error(Code::usage, "--device is for one tenant", "name the tenant that has it");
    if (!options.all) return options.names;
    std::vector<std::string> names;
    auto& store = session.home_for_writing().store();
    for (const auto& tenant : store::tenants(store))
        // One that is being merged into another has no credential any more.
        if (!store::open_merge_from(store, tenant.id)) names.push_back(tenant.name);
    return names;
}

/// What became of the sync of one tenant.
struct SyncEnd {
    std::string name;
    std::optional<tenants::SyncResult> result;
    std::string error;
    int code = exit_done;
};

SyncEnd sync_one(Session& session, ProviderSession& provider_session, tenants::SyncRequest request,
                 const std::string& name) {
    request.tenant = name;
    SyncReporter reporter(session, name);
    SyncEnd ended{name, {}, {}, exit_done};
    stop_on_interrupt();
    ended.result = tenants::sync(
        provider_session.context(), [&] { return provider_session.connect(); }, request, reporter);
    reporter.clear();
    ended.code = exit_code_of(*ended.result);
    return ended;
}

/// One tenant's trouble is none of the others' business.
SyncEnd try_one(Session& session, ProviderSession& provider_session, const tenants::SyncRequest& request,
                const std::string& name) {
    try {
        auto ended = for_one([&] { return sync_one(session, provider_session, request, name); });
        if (ended.result) summarise(session, name, *ended.result);
        return ended;
    } catch (const Error& e) {
        session.warn(fmt::format("{}: {}", printable(name), e.message()), about_tenant(name), e.hint());
        return {name, {}, e.message(), exit_code(e.code())};
    }
}

Json json_of(const SyncEnd& ended) {
    auto object = ended.result ? sync_result_json(*ended.result) : Json::object();
    object["tenant"] = ended.name;
    object["error"] = ended.error.empty() ? Json() : Json(ended.error);
    return object;
}

/// Of several: done, partly done, or what all of them, or the first that was not done, ended with.
int sync_several(Session& session, ProviderSession& provider_session, const tenants::SyncRequest& request,
                 const std::vector<std::string>& names) {
    std::vector<SyncEnd> all;
    for (const auto& name : names) {
        all.push_back(try_one(session, provider_session, request, name));
        if (all.back().code == exit_interrupted) break;
    }
    if (session.format() != OutputFormat::table) {
        std::vector<std::string> keys{"tenant"};
        const auto one = sync_result_json({});
        for (const auto& [key, value] : one.items()) keys.push_back(key);
        keys.emplace_back("error");
        Listing listing(session, "syncs", keys, {});
        for (const auto& ended : all) listing.object(json_of(ended));
        listing.finish();
    }
    auto is_done = [](const SyncEnd& ended) { return ended.code == exit_done; };
    auto first = std::find_if_not(all.begin(), all.end(), is_done);
    if (first == all.end()) return exit_done;
    if (all.back().code == exit_interrupted) return exit_interrupted;
    return std::any_of(all.begin(), all.end(), is_done) ? exit_partly : first->code;
}

int sync(Session& session, const TenantsSyncOptions& options) {
    auto request = request_of(options);
    ProviderSession provider_session(session, options.patience);
    auto names = names_of(session, options);
    if (options.all || names.size() > 1) return sync_several(session, provider_session, request, names);
    auto ended = sync_one(session, provider_session, request, names.front());
    if (!ended.result) return ended.code;
    if (session.format() != OutputFormat::table) print_object(session, sync_result_json(*ended.result));
    summarise(session, ended.name, *ended.result);
    return ended.code;
}

}  // namespace

void tenants_sync(Registry& registry) {
    registry.command(
        "tenants sync", "Load devices and coverage from the provider; nothing is ever deleted",
        [](Command& command) -> Run {
            auto options = std::make_shared<TenantsSyncOptions>();
            command.arguments("NAME", options->names, "Tenants");
            command.flag("--all", options->all, "Every tenant, one after the other");
            command.choice("--coverage", "WHICH", options->coverage, {"all", "due", "missing", "none"},
                           "For which devices to request coverage [due: never requested, ended, old, or the device "
                           "changed or returned; missing: the same without old]");
            command.option("--coverage-age", "P", options->coverage_age,
                           "Coverage requested longer ago than this is old [30d]");
            command.options("--device", "SERIAL", options->devices, "Only this device; repeatable");
            command.number("--max-requests", "N", options->max_requests, 1, 1'000'000'000,
                           "Stop after this many requests; the next sync continues");
            options->patience.describe(command);
            command.example("rekey tenants sync acme");
            command.example("rekey tenants sync --all", "for cron");
            command.example("rekey tenants sync acme --coverage all --max-requests 1000");
            command.ending(exit_partly,
                           "Done, except for devices that the provider does not know or cannot answer, for records "
                           "that could not be read, or for some of several tenants.");
            command.ending(exit_deferred, "All allowed requests are used up; the same command continues.");
            command.ending(exit_held, "Another sync of the tenant is at work.");
            command.ending(exit_refused,
                           "The provider does not accept the credential, or the tenant has none that is active.");
            command.ending(exit_interrupted, "The same command continues.");
            return
                [options](Session& session) { return with_notice(session, [&] { return sync(session, *options); }); };
        });
}

}  // namespace rekey::cli
