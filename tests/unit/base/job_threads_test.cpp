#include "base/job_threads.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "../gate.hpp"

using namespace rekey;

TEST_CASE("jobs are done once each, and joining waits for those that are being done") {
    std::atomic<int> done = 0;
    std::atomic<int> ended = 0;
    test::Gate begun(3);
    JobThreads threads([&] { ++ended; });
    for (JobThreads::JobId id = 1; id <= 2; ++id)
        threads.add(id, [&] {
            begun.wait();
            ++done;
        });
    CHECK(threads.start(2) == 2);
    begun.wait();
    threads.join();
    CHECK(done == 2);
    CHECK(ended == 2);
    CHECK(threads.jobs() == 0);
    CHECK(threads.abandoned() == 0);
}

TEST_CASE("a job that hangs is abandoned with its thread, and others are done by another one") {
    struct Shared {
        test::Gate hanging{2};
        test::Gate over{2};
    };
    auto shared = std::make_shared<Shared>();
    auto ended = std::make_shared<std::atomic<int>>(0);
    std::atomic<bool> other_done = false;
    {
        JobThreads threads([ended] { ++*ended; });
        threads.add(1, [shared] {
            shared->hanging.wait();
            shared->over.wait();
        });
        threads.add(2, [&] { other_done = true; });
        threads.start(1);
        shared->hanging.wait();
        CHECK(threads.waiting() == 1);
        CHECK(threads.jobs() == 2);
        CHECK(threads.abandon(1));
        CHECK_FALSE(threads.abandon(1));
        CHECK(threads.abandoned() == 1);
        CHECK(threads.start(1) == 1);
        while (threads.jobs() > 0) std::this_thread::yield();
    }
    CHECK(other_done);
    CHECK(*ended == 1);
    shared->over.wait();
}

TEST_CASE("a job that waits is dropped and costs no thread") {
    std::atomic<int> done = 0;
    JobThreads threads([] {});
    threads.add(1, [&] { ++done; });
    threads.add(2, [&] { ++done; });
    CHECK(threads.abandon(1));
    CHECK(threads.abandoned() == 0);
    threads.drop_waiting();
    CHECK(threads.jobs() == 0);
    threads.start(1);
    threads.join();
    CHECK(done == 0);
}
