#include "units/survey/poll.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "units/driver/address.hpp"

namespace rekey::units {

namespace {

using Clock = std::chrono::steady_clock;

struct Question {
    std::size_t place = 0;
    std::function<Inventory()> ask;
};

/// What the threads share. Outlives the round for those that nobody waits for any more. Guarded by `mutex`.
struct Exchange {
    std::mutex mutex;
    std::condition_variable asked;
    std::condition_variable heard;
    std::deque<Question> questions;
    std::deque<PollReply> replies;
    std::map<std::size_t, std::thread::id> at_work;  ///< who asks the unit at this place
    bool closed = false;
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

/// Asks one unit after the other until there are no more.
void answer_questions(const std::shared_ptr<Exchange>& exchange) {
    std::unique_lock lock(exchange->mutex);
    for (;;) {
        exchange->asked.wait(lock, [&] { return exchange->closed || !exchange->questions.empty(); });
        if (exchange->questions.empty()) return;
        auto question = std::move(exchange->questions.front());
        exchange->questions.pop_front();
        exchange->at_work.emplace(question.place, std::this_thread::get_id());
        lock.unlock();
        auto reply = reply_of(question.place, question.ask);
        question.ask = nullptr;
        lock.lock();
        if (exchange->at_work.erase(question.place) == 0) return;  // given up: nobody counts on this thread any more
        exchange->replies.push_back(std::move(reply));
        exchange->heard.notify_one();
    }
}

class Rounds {
public:
    Rounds(const Poll& round, const Reaching& reaching)
        : round_(round), reaching_(reaching), places_(std::max<std::size_t>(reaching.at_a_time, 1)) {
        // No thread may be without a place.
        threads_.reserve(std::min(places_, round.units));
    }
    ~Rounds() {
        // Threads are at work only where the listener threw: whoever is still asked is of no interest any more.
        std::set<std::thread::id> busy;
        {
            std::lock_guard lock(exchange_->mutex);
            exchange_->closed = true;
            exchange_->questions.clear();
            for (const auto& [place, thread] : exchange_->at_work) busy.insert(thread);
            exchange_->at_work.clear();
        }
        exchange_->asked.notify_all();
        for (auto& thread : threads_)
            if (busy.contains(thread.get_id()))
                thread.detach();
            else
                thread.join();
    }
    Rounds(const Rounds&) = delete;
    Rounds& operator=(const Rounds&) = delete;

    bool go() {
        begin_all();
        while (!asked_.empty()) {
            for (const auto& reply : wait()) {
                std::erase_if(asked_, [&](const Asked& each) { return each.place == reply.place; });
                hear(reply);
                begin_all();
            }
            give_up_late();
            begin_all();
        }
        return hanging_;
    }

private:
    /// As many as there are places for.
    void begin_all() {
        while (begun_ < round_.units && asked_.size() < places_ && begin()) {
        }
    }

    /// False when the system has no thread for it just now, and those that are busy come to an end.
    bool begin() {
        auto place = begun_;
        if (!has_thread()) return false;
        Question question{place, {}};
        // A helper keeps the deadline for each of its answers by itself.
        auto patience = 4 * reaching_.deadline;
        auto prepared = reply_of(place, [&] {
            auto unit = round_.unit_at(place);
            if (is_local(unit.address)) patience = reaching_.deadline;
            auto examine = round_.examiner_at ? round_.examiner_at(place) : nullptr;
            question.ask = [unit = std::move(unit), reaching = reaching_, ask = round_.ask,
                            examine = std::move(examine)] {
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
        {
            std::lock_guard lock(exchange_->mutex);
            exchange_->questions.push_back(std::move(question));
        }
        exchange_->asked.notify_one();
        return true;
    }

    /// Whether a thread has nothing to do, or one more could be started. Throws Error where there is none at all.
    bool has_thread() {
        if (threads_.size() > asked_.size()) return true;
        try {
            threads_.emplace_back([exchange = exchange_] { answer_questions(exchange); });
            return true;
        } catch (const std::system_error& e) {
            if (!asked_.empty()) return false;
            throw Error(Code::failed, fmt::format("no thread can be started: {}", e.code().message()));
        }
    }

    std::deque<PollReply> wait() {
        auto first = std::min_element(asked_.begin(), asked_.end(),
                                      [](const Asked& a, const Asked& b) { return a.until < b.until; });
        std::unique_lock lock(exchange_->mutex);
        exchange_->heard.wait_until(lock, first->until, [&] { return !exchange_->replies.empty(); });
        return std::exchange(exchange_->replies, {});
    }

    void give_up_late() {
        auto now = Clock::now();
        std::vector<Asked> late;
        for (const auto& each : asked_)
            if (each.until <= now && give_up(each.place)) late.push_back(each);
        for (const auto& each : late) {
            std::erase_if(asked_, [&](const Asked& other) { return other.place == each.place; });
            PollReply reply;
            reply.place = each.place;
            reply.answer.cause = "did not answer in time";
            reply.in_time = false;
            hear(reply);
        }
    }

    /// Leaves alone the thread that asks this unit. False when the answer is there by now.
    bool give_up(std::size_t place) {
        std::lock_guard lock(exchange_->mutex);
        // On a machine with too much to do, it may have waited for its thread all the time.
        if (std::erase_if(exchange_->questions, [&](const Question& each) { return each.place == place; }) > 0)
            return true;
        auto worker = exchange_->at_work.find(place);
        if (worker == exchange_->at_work.end()) return false;
        auto thread = std::ranges::find(threads_, worker->second, &std::thread::get_id);
        thread->detach();
        threads_.erase(thread);
        exchange_->at_work.erase(worker);
        hanging_ = true;
        return true;
    }

    void hear(const PollReply& reply) {
        if (!round_.heard(reply)) begun_ = round_.units;
    }

    const Poll& round_;
    Reaching reaching_;
    std::size_t places_;
    std::shared_ptr<Exchange> exchange_ = std::make_shared<Exchange>();
    std::vector<std::thread> threads_;
    std::vector<Asked> asked_;
    std::size_t begun_ = 0;
    bool hanging_ = false;
};

}  // namespace

bool ask_each(const Poll& round, const Reaching& reaching) { return Rounds(round, reaching).go(); }

}  // namespace rekey::units
