#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "units/survey/poll.hpp"
#include "units/survey/record_answer.hpp"

namespace rekey::units {

namespace {

/// Takes the answers of units, and records several in one transaction.
class AnswerBatches {
public:
    AnswerBatches(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                  const VisitSink& sink)
        : home_(home), names_(names), stamp_(stamp), sink_(sink) {}

    store::Unit about_to_ask(std::size_t place) {
        return asked_.insert_or_assign(place, units::about_to_ask(home_.store(), names_[place])).first->second.unit;
    }

    void hear(const PollReply& reply) {
        if (reply.trouble) {
            asked_.erase(reply.place);
            return tell({names_[reply.place], reply.trouble});
        }
        waiting_.push_back(reply);
        if (waiting_.size() >= in_one_transaction) conclude();
    }

    void conclude() {
        auto replies = std::exchange(waiting_, {});
        if (replies.empty()) return;
        std::vector<CheckReport> reports;
        try {
            reports = home_.store().write([&](store::Transaction& transaction) {
                std::vector<CheckReport> recorded;
                for (const auto& reply : replies) recorded.push_back(record_one(transaction, reply));
                return recorded;
            });
        } catch (const Error&) {
            // One unit's trouble is not the others'.
            for (const auto& reply : replies) conclude_one(reply);
        }
        for (auto& report : reports) sink_({std::move(report), std::nullopt});
        for (const auto& reply : replies) asked_.erase(reply.place);
    }

private:
    /// Each may show as much as `limits::listing`.
    static constexpr std::size_t in_one_transaction = 16;

    struct Trouble {
        std::string unit;
        std::optional<Error> error;
    };

    void tell(const Trouble& trouble) {
        Visit visit;
        visit.report.unit = trouble.unit;
        visit.trouble = trouble.error;
        sink_(visit);
    }

    CheckReport record_one(store::Transaction& transaction, const PollReply& reply) {
        return record_answer(transaction, asked_.at(reply.place), reply.answer, stamp_());
    }

    void conclude_one(const PollReply& reply) {
        std::optional<CheckReport> report;
        try {
            report =
                home_.store().write([&](store::Transaction& transaction) { return record_one(transaction, reply); });
        } catch (const Error& error) {
            return tell({names_[reply.place], error});
        }
        sink_({std::move(*report), std::nullopt});
    }

    Home& home_;
    const std::vector<std::string>& names_;
    const std::function<Stamp()>& stamp_;
    const VisitSink& sink_;
    std::map<std::size_t, AskedUnit> asked_;
    std::vector<PollReply> waiting_;
};

}  // namespace

bool check_many(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                const Reaching& reaching, const VisitSink& sink) {
    AnswerBatches answers(home, names, stamp, sink);
    bool hangs = ask_each({names.size(), [&](std::size_t place) { return answers.about_to_ask(place); },
                           [&](const PollReply& reply) {
                               answers.hear(reply);
                               return true;
                           }},
                          reaching);
    answers.conclude();
    return hangs;
}

}  // namespace rekey::units
