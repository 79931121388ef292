#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/limits.hpp"
#include "base/start_thread.hpp"
#include "rekey/tenants/records.hpp"
#include "tenants/records/record_reader.hpp"

namespace rekey::tenants {

/// Records of a file that follow each other, to be committed together.
template <class Kept>
struct ImportBatch {
    std::vector<Kept> records;
    std::vector<std::int64_t> lines;  ///< where each of them ends
    std::vector<ImportStep> refused;  ///< what was read between them and is not taken
    std::int64_t up_to_line = 0;
};

/// Reads records of a file in a thread of its own: a batch is parsed while the one before it is written.
///
/// `Kind` says what a record becomes: `Kept`, `require`, `make` and `weight_of` (tenants/records/records.cpp).
template <class Kind>
class BatchReader {
public:
    using Batch = ImportBatch<typename Kind::Kept>;

    /// Opens the file, and throws as `open_records`, or Code::failed when there is no thread. `now`: when the records
    /// are seen.
    BatchReader(const ImportWish& wish, Time now)
        : reader_(open_records(wish.path, Kind::kind, wish.map)),
          now_(now),
          batches_(limits::batch),
          thread_(start_thread([this] { run(); })) {}
    ~BatchReader() {
        batches_.close();
        reader_->stop();
        thread_.join();
    }
    BatchReader(const BatchReader&) = delete;
    BatchReader& operator=(const BatchReader&) = delete;

    /// Waits; nothing at the end of the file. One without records tells of refused ones only. Throws what ended the
    /// reading, after all that was read before it.
    std::optional<Batch> next() {
        constexpr std::chrono::seconds patience{60};
        for (;;) {
            bool over = batches_.closed();
            if (auto batch = batches_.pop(patience)) return batch;
            if (!over) continue;
            // Written before the queue was closed.
            if (error_) std::rethrow_exception(error_);
            return std::nullopt;
        }
    }

private:
    // Long enough that commits cost nothing, short enough that others who write do not wait.
    static constexpr std::size_t most_records = 10'000;

    void run() {
        try {
            read_all();
        } catch (...) {
            error_ = std::current_exception();
        }
        batches_.close();
    }

    void read_all() {
        try {
            while (reader_->next(record_)) {
                take();
                bool is_full = batch_.records.size() == most_records || weight_ >= limits::batch;
                bool is_wanted = is_full ? hand_over() : refused_weight_ < limits::refusals || hand_over_refused();
                if (!is_wanted) return;
            }
        } catch (const Error&) {
            // The records before the wrong line are right.
            hand_over();
            throw;
        }
        hand_over();
    }

    void take() {
        // A file of the other kind is told by its first record, and not by each.
        bool is_first = std::exchange(is_first_, false);
        try {
            if (record_.trouble) throw Error(*record_.trouble);
            Kind::require(record_);
        } catch (const Error& e) {
            if (is_first && !record_.trouble) reader_->text().fail(e.message(), e.hint());
            return refuse(record_.trouble ? e : reader_->text().error(e.message(), e.hint()));
        }
        try {
            batch_.records.push_back(Kind::make(std::move(record_), now_));
            weight_ += Kind::weight_of(batch_.records.back());
            batch_.lines.push_back(reader_->text().line());
        } catch (const Error& e) {
            refuse(reader_->text().error(e.message(), e.hint()));
        }
    }

    void refuse(const Error& why) {
        batch_.refused.push_back({ImportStep::Action::refused, reader_->text().line(), "", why.message(), why.hint()});
        refused_weight_ += sizeof(ImportStep) + why.message().size() + why.hint().size();
    }

    /// Once it is taken, the next one is read, so that there are two in memory. False: nobody wants it any more.
    bool hand_over() {
        batch_.up_to_line = reader_->text().line();
        auto weight = std::exchange(weight_, 0) + std::exchange(refused_weight_, 0);
        // The next one has about as many.
        Batch next;
        next.records.reserve(batch_.records.size());
        next.lines.reserve(batch_.lines.size());
        return batches_.push(std::exchange(batch_, std::move(next)), weight) && batches_.wait_until_taken();
    }

    /// Where nearly all are refused, a batch is long in coming.
    bool hand_over_refused() {
        Batch refused;
        refused.refused = std::exchange(batch_.refused, {});
        return batches_.push(std::move(refused), std::exchange(refused_weight_, 0));
    }

    std::unique_ptr<RecordReader> reader_;
    const Time now_;
    Record record_;
    Batch batch_;
    std::size_t weight_ = 0;          ///< bytes of the texts of its records
    std::size_t refused_weight_ = 0;  ///< bytes of what is said of those that are refused
    bool is_first_ = true;
    BoundedQueue<Batch> batches_;
    std::exception_ptr error_;
    std::thread thread_;  ///< the last one: it uses all others
};

}  // namespace rekey::tenants
