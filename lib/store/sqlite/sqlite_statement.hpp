#pragma once

#include <memory>
#include <vector>

#include "store/sql/statement.hpp"

struct sqlite3_stmt;

namespace rekey::store {

class Connection;

class SqliteStatement final : public Statement {
public:
    SqliteStatement(Connection& connection, std::string_view sql);

    void bind_null(int parameter) override;
    void bind_integer(int parameter, std::int64_t value) override;
    void bind_text(int parameter, std::string_view value, Life life) override;
    void bind_bytes(int parameter, ByteView value) override;
    std::span<const Cell> step() override;
    std::int64_t run() override;
    void reset() noexcept override;
    void clear() noexcept override;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };

    void require(int result) const;
    bool advance();

    Connection& connection_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    std::vector<Cell> cells_;
    bool done_ = false;  ///< one more step would begin again
};

}  // namespace rekey::store
