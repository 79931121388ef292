#include "renewal/context/commit_queue.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "rekey/base/base.hpp"
#include "shell.hpp"
#include "store/sql/settings.hpp"

using namespace rekey;

TEST_CASE("a change that fails takes none of the others with it") {
    test::TemporaryFolder scratch;
    auto store = store::Store::create(scratch / "rekey.db", from_unix(0));
    renewal::CommitQueue commits(store);
    std::vector<std::string> answers(3);
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < 3; ++i)
        workers.emplace_back([&, i] {
            try {
                commits.commit([i](store::Transaction& s) {
                    store::set_setting(s, "s" + std::to_string(i), "x");
                    if (i == 1) throw Error(Code::refused, "no");
                });
                answers[i] = "done";
            } catch (const Error& e) {
                answers[i] = e.message();
            }
        });
    // All three wait together, so that they share a transaction.
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    CHECK(commits.write_waiting());
    for (auto& worker : workers) worker.join();
    CHECK(answers == std::vector<std::string>{"done", "no", "done"});
    CHECK(store::setting(store, "s0") == "x");
    CHECK_FALSE(store::setting(store, "s1"));
    CHECK(store::setting(store, "s2") == "x");
    CHECK_FALSE(commits.write_waiting());
}
