#include <fmt/format.h>
#include <unistd.h>

#include "commands.hpp"
#include "credential_inputs.hpp"
#include "exit_code.hpp"
#include "interrupt.hpp"
#include "listing.hpp"
#include "progress_line.hpp"
#include "rekey/base/error.hpp"
#include "rekey/tenants/sync.hpp"
#include "sync_rows.hpp"
#include "terminal.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string name;
    std::string coverage = "missing";
    std::vector<std::string> devices;
    std::int64_t max_requests = 0;
    PatienceOption patience{"15m"};
};

tenants::SyncRequest request_of(const Options& options) {
    using Wish = tenants::CoverageWish;
    tenants::SyncRequest request;
    request.tenant = options.name;
    request.coverage = options.coverage == "all" ? Wish::all : options.coverage == "none" ? Wish::none : Wish::missing;
    request.devices = options.devices;
    request.max_requests = options.max_requests;
    return request;
}

/// A line that is written over on a terminal; elsewhere a line now and then.
class Teller : public tenants::SyncObserver {
public:
    Teller(const Session& session, const std::string& tenant)
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
    auto text = fmt::format("{}: {} device{}", name, sync.told, sync.told == 1 ? "" : "s");
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
    return result.sync.told != 0 ? exit_partly : exit_nothing_done;
}

}  // namespace

void tenants_sync(Registry& registry) {
    registry.command(
        "tenants sync", "Take over devices and coverage from the provider; nothing is ever deleted",
        [](Command& command) -> Run {
            auto options = std::make_shared<Options>();
            command.argument("NAME", options->name, "Tenant");
            command.choice("--coverage", "WHICH", options->coverage, {"all", "missing", "none"},
                           "Of which devices coverage is asked for [missing: never asked before]");
            command.options("--device", "SERIAL", options->devices, "Only this device; more of them with more options");
            command.number("--max-requests", "N", options->max_requests, 1, 1'000'000'000,
                           "Stop after so many requests; the next sync continues");
            options->patience.describe(command);
            command.example("rekey tenants sync acme");
            command.example("rekey tenants sync acme --coverage all --max-requests 1000");
            command.ending(exit_partly, "It is done but for devices that the provider does not know or cannot answer.");
            command.ending(exit_deferred, "The requests are used up; the same command continues.");
            command.ending(exit_held, "Another sync of the tenant is at work.");
            command.ending(exit_refused,
                           "The provider does not accept the credential, or the tenant has none that is active.");
            command.ending(exit_interrupted, "The same command continues.");
            return [options](Session& session) {
                Office office(session, options->patience);
                auto patience = options->patience.parse();
                Teller teller(session, options->name);
                auto result = tenants::sync(office.context(), tenants::records_of_provider(patience, trust_of(session)),
                                            request_of(*options), patience.total, teller, stop_on_interrupt());
                teller.clear();
                if (session.format() != Format::table) print_object(session, sync_result_json(result));
                summarise(session, options->name, result);
                return exit_code_of(result);
            };
        });
}

}  // namespace rekey::cli
