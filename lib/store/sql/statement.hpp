#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::store {

/// A value of the row that was read last. No table has numbers with fractions.
struct Cell {
    enum class Kind : std::uint8_t { null, integer, text, bytes };
    Kind kind = Kind::null;
    std::int64_t integer = 0;
    std::string_view data;  ///< of a text or of bytes
};

/// A prepared statement of a database. Parameters count from 1. Throws Error.
class Statement {
public:
    /// Whether the statement copies a text, or its caller keeps it, unchanged, until the last row has been read.
    enum class Life { copied, lent };

    virtual ~Statement() = default;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    const std::string& sql() const { return sql_; }

    virtual void bind_null(int parameter) = 0;
    virtual void bind_integer(int parameter, std::int64_t value) = 0;
    virtual void bind_text(int parameter, std::string_view value, Life life) = 0;
    /// No bytes are still a value, not NULL.
    virtual void bind_bytes(int parameter, ByteView value) = 0;

    /// To the next row. Its cells come with it, in one call, and are good until the statement is called again; none
    /// when there is no further row.
    virtual std::span<const Cell> step() = 0;
    /// Carries out a statement without rows and says how many rows it changed.
    virtual std::int64_t run() = 0;

    /// Ready to be bound and carried out again.
    virtual void reset() noexcept = 0;
    /// The same, and nothing is bound any more.
    virtual void clear() noexcept = 0;

protected:
    explicit Statement(std::string_view sql) : sql_(sql) {}

private:
    const std::string sql_;
};

}  // namespace rekey::store
