#include "units/survey/poll.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/job_threads.hpp"
#include "units/driver/address.hpp"

namespace rekey::units {

namespace {

using Clock = std::chrono::steady_clock;

/// Where threads leave what came of their questions. Guarded by `mutex`.
struct Replies {
    std::mutex mutex;
    std::condition_variable arrived;
    std::deque<PollReply> waiting;

    void add(PollReply reply) {
        std::lock_guard lock(mutex);
        waiting.push_back(std::move(reply));
        arrived.notify_one();
    }
    std::deque<PollReply> take(Clock::time_point until) {
        std::unique_lock lock(mutex);
        arrived.wait_until(lock, until, [&] { return !waiting.empty(); });
        return std::exchange(waiting, {});
    }
};

struct Asked {
    std::size_t place = 0;
    Clock::time_point until;
};

PollReply reply_of(std::size_t place, const std::function<Inventory()>& ask) {
    PollReply reply;
    reply.place = place;
    try {
        reply.answer = ask();
    } catch (const Error& e) {
        reply.trouble = e;
    } catch (const std::exception& e) {
        reply.trouble = Error(Code::failed, e.what());
    }
    return reply;
}

class Rounds {
public:
    Rounds(const Poll& round, const Reaching& reaching)
        : round_(round), reaching_(reaching), places_(std::max<std::size_t>(reaching.at_a_time, 1)) {}
    ~Rounds() {
        // Units are asked only where the listener threw: nobody is interested in their answers any more.
        for (const auto& each : asked_) threads_.abandon(each.place);
    }
    Rounds(const Rounds&) = delete;
    Rounds& operator=(const Rounds&) = delete;

    bool go() {
        begin_all();
        while (!asked_.empty()) {
            for (const auto& reply : replies_->take(first_deadline())) {
                if (!end(reply.place)) continue;  // the unit was given up just before it answered
                hear(reply);
                begin_all();
            }
            give_up_late();
            begin_all();
        }
        return threads_.abandoned() > 0;
    }

private:
    /// As many as there are places for.
    void begin_all() {
        while (begun_ < round_.units && asked_.size() < places_ && begin()) {
        }
    }

    /// False when the system has no thread for it just now, and those that are busy come to an end.
    bool begin() {
        if (threads_.start(asked_.size() + 1) <= asked_.size()) return false;
        auto place = begun_;
        // A helper keeps the deadline for each of its answers by itself.
        auto patience = 4 * reaching_.deadline;
        std::function<Inventory()> question;
        auto prepared = reply_of(place, [&] {
            auto unit = round_.unit_at(place);
            if (is_local(unit.address)) patience = reaching_.deadline;
            auto examine = round_.examiner_at ? round_.examiner_at(place) : nullptr;
            question = [unit = std::move(unit), reaching = reaching_, ask = round_.ask, examine = std::move(examine)] {
                auto answer = ask(unit, reaching);
                if (examine) examine(answer);
                return answer;
            };
            return Inventory{};
        });
        ++begun_;
        if (prepared.trouble) {
            hear(prepared);
            return true;
        }
        asked_.push_back({place, Clock::now() + patience});
        threads_.add(place, [place, question = std::move(question), replies = replies_] {
            replies->add(reply_of(place, question));
        });
        return true;
    }

    Clock::time_point first_deadline() const { return std::ranges::min(asked_, {}, &Asked::until).until; }

    /// False when it was over before.
    bool end(std::size_t place) {
        return std::erase_if(asked_, [&](const Asked& each) { return each.place == place; }) > 0;
    }

    void give_up_late() {
        auto now = Clock::now();
        std::vector<Asked> late;
        for (const auto& each : asked_)
            if (each.until <= now && threads_.abandon(each.place)) late.push_back(each);
        for (const auto& each : late) {
            end(each.place);
            PollReply reply;
            reply.place = each.place;
            reply.answer.cause = "did not answer in time";
            reply.in_time = false;
            hear(reply);
        }
    }

    void hear(const PollReply& reply) {
        if (!round_.heard(reply)) begun_ = round_.units;
    }

    const Poll& round_;
    Reaching reaching_;
    std::size_t places_;
    std::shared_ptr<Replies> replies_ = std::make_shared<Replies>();
    JobThreads threads_{[] {}};
    std::vector<Asked> asked_;
    std::size_t begun_ = 0;
};

}  // namespace

bool ask_each(const Poll& round, const Reaching& reaching) { return Rounds(round, reaching).go(); }

}  // namespace rekey::units
