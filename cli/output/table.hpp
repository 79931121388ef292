#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rekey::cli {

/// What the cells of a column are: numbers are aligned right; a time is, on a terminal, a date with how far it is.
enum class As { text, number, time };

/// How a column makes room for the others where a line has no room for all. By default it does not: what
/// somebody would copy, and what a colour says, stays.
struct Room {
    bool shrinks = false;  ///< long texts are cut
    int leaves = 0;        ///< is left out; those with 1 before those with 2. 0: never
};

/// A column of a table: a key of the row, and how it is shown.
struct Column {
    std::string key;
    std::string header;
    As as = As::text;
    Room room = {};
};

/// How a table is set, once the widest cell of each column is known.
struct Layout {
    /// Not a table, as nothing that may makes enough room: a line for each field of a row, and nothing is cut.
    bool records = false;
    std::vector<bool> shown;          ///< by column
    std::vector<std::size_t> widths;  ///< by column; of those that shrink, the most
};

constexpr std::size_t table_gap = 2;
/// What shrinks keeps this much, or its header.
constexpr std::size_t narrowest_text = 12;

/// What a table becomes where all that may make room is not enough: records on a terminal, where lines would break
/// anywhere; elsewhere lines that are too long, one a row, as programs for lines expect them.
enum class Beyond { records, long_lines };

/// Fits a table into `columns`: columns that shrink do, the widest first; when that is not enough, columns are left
/// out, one after the other; when that is not enough, it becomes what `beyond` says.
Layout fit(const std::vector<Column>& columns, const std::vector<std::size_t>& widest,
           std::optional<std::size_t> columns_there_are, Beyond beyond = Beyond::records);

/// One line of a table, without blanks at its end. Cells that shrink are cut to what `layout` has for them.
std::string table_line(const std::vector<Column>& columns, const Layout& layout, const std::vector<std::string>& cells);
/// A row as lines of its own, each with its end.
std::string record(const std::vector<Column>& columns, const std::vector<std::string>& cells);

}  // namespace rekey::cli
