#include "units/survey/poll.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include "units/driver/address.hpp"

namespace rekey::units {

namespace {

using Clock = std::chrono::steady_clock;

/// Outlives the round for threads that nobody waits for any more.
struct Heard {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<PollReply> replies;
};

struct Asked {
    std::size_t place = 0;
    std::thread thread;
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
        : round_(round), reaching_(reaching), places_(std::max<std::size_t>(reaching.at_a_time, 1)) {
        // No thread may be without a place.
        asked_.reserve(std::min(places_, round.units));
    }
    ~Rounds() {
        // Left only by what the listener threw: whoever is still asked is of no interest any more.
        for (auto& asked : asked_) asked.thread.detach();
    }
    Rounds(const Rounds&) = delete;
    Rounds& operator=(const Rounds&) = delete;

    bool go() {
        while (begun_ < round_.units || !asked_.empty()) {
            while (begun_ < round_.units && asked_.size() < places_ && begin()) {
            }
            for (const auto& reply : wait()) {
                auto asked = std::find_if(asked_.begin(), asked_.end(),
                                          [&](const Asked& each) { return each.place == reply.place; });
                if (asked == asked_.end()) continue;  // given up, and awake again
                asked->thread.join();
                asked_.erase(asked);
                hear(reply);
            }
            give_up_late();
        }
        return hanging_;
    }

private:
    /// False when the system has no thread for it just now, and those that are busy come to an end.
    bool begin() {
        auto place = begun_;
        std::optional<store::Unit> unit;
        auto reply = reply_of(place, [&] { return unit = round_.unit_at(place), Inventory{}; });
        if (reply.trouble || !unit) {
            ++begun_;
            hear(reply);
            return true;
        }
        // A helper keeps the deadline for each of its answers by itself.
        auto patience = is_local(unit->address) ? reaching_.deadline : 4 * reaching_.deadline;
        try {
            std::thread thread(
                [place, unit = std::move(*unit), reaching = reaching_, heard = heard_, ask = round_.ask] {
                    auto said = reply_of(place, [&] { return ask(unit, reaching); });
                    std::lock_guard lock(heard->mutex);
                    heard->replies.push_back(std::move(said));
                    heard->changed.notify_one();
                });
            asked_.push_back({place, std::move(thread), Clock::now() + patience});
        } catch (const std::system_error& e) {
            if (!asked_.empty()) return false;
            throw Error(Code::failed, fmt::format("no thread can be started: {}", e.code().message()));
        }
        ++begun_;
        return true;
    }

    std::deque<PollReply> wait() {
        if (asked_.empty()) return {};
        auto first = std::min_element(asked_.begin(), asked_.end(),
                                      [](const Asked& a, const Asked& b) { return a.until < b.until; });
        std::unique_lock lock(heard_->mutex);
        heard_->changed.wait_until(lock, first->until, [&] { return !heard_->replies.empty(); });
        return std::exchange(heard_->replies, {});
    }

    void give_up_late() {
        auto now = Clock::now();
        for (std::size_t i = 0; i < asked_.size();) {
            if (asked_[i].until > now) {
                ++i;
                continue;
            }
            PollReply reply;
            reply.place = asked_[i].place;
            reply.answer.cause = "did not answer in time";
            reply.in_time = false;
            asked_[i].thread.detach();
            asked_.erase(asked_.begin() + static_cast<std::ptrdiff_t>(i));
            hanging_ = true;
            hear(reply);
        }
    }

    void hear(const PollReply& reply) {
        if (!round_.heard(reply)) begun_ = round_.units;
    }

    const Poll& round_;
    Reaching reaching_;
    std::size_t places_;
    std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();
    std::vector<Asked> asked_;
    std::size_t begun_ = 0;
    bool hanging_ = false;
};

}  // namespace

bool ask_each(const Poll& round, const Reaching& reaching) { return Rounds(round, reaching).go(); }

}  // namespace rekey::units
