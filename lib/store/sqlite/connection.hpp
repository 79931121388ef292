#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/sql/backend.hpp"
#include "store/sqlite/lock_files.hpp"

namespace rekey::store {

/// What SQLite said, as an Error that names the file. `system_error` is the errno behind it, or 0.
[[noreturn]] void raise(const std::string& path, const SQLite::Exception& failure, int system_error);

/// One connection to an SQLite file, which is a `Backend`.
class Connection : public Backend {
public:
    /// `name` is what SQLite opens: `path`, or a `file:` URI for it. Throws SQLite::Exception.
    Connection(const std::string& path, Store::Mode mode, const std::string& name, int flags);
    ~Connection() override;

    const Dialect& dialect() const override;
    std::int64_t last_id() const override;
    DataVersion data_version() override;
    void begin(Scope scope) override;
    void commit() override;
    void roll_back() noexcept override;
    Scope scope() const override;
    bool is_retryable() const noexcept override;
    std::unique_ptr<Lock> lock(const std::string& lock_name, std::chrono::milliseconds patience) const override;
    bool is_locked(const std::string& lock_name) const override;
    void forget_lock(const std::string& lock_name) const override;
    bool scrub() override;
    std::vector<std::string> problems() override;
    void copy_to(const std::string& path) override;

    /// How long a writer waits for another.
    void set_patience(int milliseconds);
    int patience_ms() const { return patience_ms_; }

    /// SQL without parameters and results.
    void execute(const char* sql);
    [[noreturn]] void raise(const SQLite::Exception& failure) const;

    SQLite::Database database;

protected:
    std::unique_ptr<Statement> prepare(std::string_view sql) override;

private:
    void require_in_place();

    const LockFiles locks_;
    int patience_ms_ = 30'000;
};

}  // namespace rekey::store
