#include "units/survey/poll.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "../gate.hpp"

using namespace rekey;
using units::Inventory;
using units::PollReply;

namespace {

store::Unit unit_named(const std::string& name) {
    store::Unit unit;
    unit.name = name;
    unit.address = "dir:/nowhere";
    return unit;
}

units::Reaching reaching(std::chrono::milliseconds deadline, std::size_t at_a_time) {
    units::Reaching reaching;
    reaching.deadline = deadline;
    reaching.at_a_time = at_a_time;
    return reaching;
}

Inventory reached() {
    Inventory answer;
    answer.reached = true;
    return answer;
}

}  // namespace

TEST_CASE("so many units are asked at the same time, and never more") {
    test::Gate meeting(4);
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    std::set<std::size_t> heard;
    bool hangs = units::ask_each({9, [](std::size_t place) { return unit_named(std::to_string(place)); },
                                  [&](const PollReply& reply) {
                                      CHECK(reply.answer.reached);
                                      CHECK(reply.in_time);
                                      return heard.insert(reply.place).second;
                                  },
                                  [&](const store::Unit&, const units::Reaching&) {
                                      int busy = ++now;
                                      for (int seen = most; busy > seen && !most.compare_exchange_weak(seen, busy);) {
                                      }
                                      meeting.wait();  // nobody goes on before four are here
                                      --now;
                                      return reached();
                                  }},
                                 reaching(std::chrono::minutes{10}, 4));
    CHECK_FALSE(hangs);
    CHECK(heard.size() == 9);
    CHECK(most == 4);
}

TEST_CASE("threads live until all are asked; what is to be found out of an answer is, in the thread that got it") {
    std::mutex mutex;
    std::set<std::thread::id> threads;
    auto ask = [&](const store::Unit&, const units::Reaching&) {
        std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
        return reached();
    };
    auto examiner_at = [](std::size_t place) -> std::function<void(Inventory&)> {
        if (place == 5) throw Error(Code::failed, "nothing is known of it");
        return [place, caller = std::this_thread::get_id()](Inventory& answer) {
            CHECK(std::this_thread::get_id() != caller);
            answer.cause = "looked at " + std::to_string(place);
        };
    };
    std::map<std::size_t, PollReply> heard;
    CHECK_FALSE(units::ask_each(
        {20, [](std::size_t place) { return unit_named(std::to_string(place)); },
         [&](const PollReply& reply) { return heard.emplace(reply.place, reply).second; }, ask, examiner_at},
        reaching(std::chrono::minutes{10}, 3)));
    CHECK(threads.size() <= 3);
    REQUIRE(heard.size() == 20);
    CHECK(heard[5].trouble->message() == "nothing is known of it");
    CHECK(heard[19].answer.cause == "looked at 19");
}

TEST_CASE("a unit that hangs is given up, holds up nobody, and is not heard when it wakes") {
    auto meeting = std::make_shared<test::Gate>();
    std::map<std::size_t, PollReply> heard;
    bool hangs = units::ask_each({3, [](std::size_t place) { return unit_named(place == 1 ? "hangs" : "good"); },
                                  [&](const PollReply& reply) { return heard.emplace(reply.place, reply).second; },
                                  [meeting](const store::Unit& unit, const units::Reaching&) {
                                      if (unit.name != "hangs") return reached();
                                      meeting->wait();
                                      meeting->leave();
                                      return reached();
                                  }},
                                 reaching(std::chrono::milliseconds{500}, 1));
    CHECK(hangs);
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].answer.reached);
    CHECK(heard[2].answer.reached);
    CHECK_FALSE(heard[1].answer.reached);
    CHECK_FALSE(heard[1].in_time);
    CHECK_FALSE(heard[1].trouble);
    CHECK(heard[1].answer.cause == "did not answer in time");
    meeting->open();
    meeting->await_left(1);
}

TEST_CASE("one unit's trouble is its own; who has heard enough stops the rest") {
    std::map<std::size_t, PollReply> heard;
    auto unit_at = [](std::size_t place) {
        if (place == 0) throw Error(Code::not_found, "there is no unit");
        return unit_named(std::to_string(place));
    };
    auto ask = [](const store::Unit& unit, const units::Reaching&) {
        if (unit.name == "1") throw Error(Code::failed, "no such helper");
        if (unit.name == "2") throw std::runtime_error("wires crossed");
        return reached();
    };
    auto hear = [&](const PollReply& reply) {
        heard.emplace(reply.place, reply);
        return reply.place != 3;
    };
    CHECK_FALSE(units::ask_each({6, unit_at, hear, ask}, reaching(std::chrono::minutes{10}, 1)));
    REQUIRE(heard.size() == 4);
    CHECK(heard[0].trouble->code() == Code::not_found);
    CHECK(heard[1].trouble->message() == "no such helper");
    CHECK(heard[2].trouble->message() == "wires crossed");
    CHECK(heard[3].answer.reached);
    CHECK_FALSE(units::ask_each({0, unit_at, hear, ask}, {}));
}
