#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace rekey {

/// Threads that do jobs in the order in which they were added. Nothing can interrupt a job, and one may never end (it
/// reads a folder of a server that is gone): its owner abandons it, and its thread with it, which ends when the job
/// does, or with the process.
///
/// One thread owns this and calls all functions. A job owns what it uses, as an abandoned one may outlive everything
/// else.
class JobThreads {
public:
    using JobId = std::size_t;

    /// `ended` is called after each job that was not abandoned, in the thread of the job. It owns what it uses.
    explicit JobThreads(std::function<void()> ended);
    /// Joins.
    ~JobThreads();
    JobThreads(const JobThreads&) = delete;
    JobThreads& operator=(const JobThreads&) = delete;

    /// `id`: of no other job that waits or is being done. `job` does not throw.
    void add(JobId id, std::function<void()> job);
    /// Sees to it that there are as many threads, or fewer when the system has no more just now; returns how many
    /// there are. Throws Code::failed when there is none.
    std::size_t start(std::size_t threads);

    /// Jobs that no thread has begun.
    std::size_t waiting() const;
    /// Jobs that wait or are being done.
    std::size_t jobs() const;

    /// A job that waits is dropped; one that is being done is left alone with its thread. False when it has ended.
    bool abandon(JobId id);
    /// Threads that were left alone.
    std::size_t abandoned() const { return abandoned_; }

    /// Drops the jobs that wait. Those that are being done go on.
    void drop_waiting();
    /// Drops the jobs that wait, and waits for those that are being done. No job may be added afterwards.
    void join();

private:
    struct Shared;
    static void do_jobs(const std::shared_ptr<Shared>& shared);

    std::shared_ptr<Shared> shared_;
    std::vector<std::thread> threads_;  ///< but for those that were left alone
    std::size_t abandoned_ = 0;
};

}  // namespace rekey
