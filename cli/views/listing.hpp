#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files/spool.hpp"
#include "command/session.hpp"
#include "output/table.hpp"
#include "views/row.hpp"

namespace rekey::cli {

/// Prints rows, in the format that was asked for: a table with the columns given, or
/// whole rows as `{"<name>":[…]}`, as JSON Lines, or as CSV (RFC 4180; a cell that a spreadsheet would
/// take for a formula gets a leading apostrophe). Rows of one listing have the same keys.
///
/// A table fits the width of its terminal, or what is usual elsewhere (`fit`); what is left out is said at the end, and
/// `--wide` has all of it. On a terminal times say how far they are, and rows are coloured by how urgent they are.
class Listing {
public:
    /// `keys`: of every row, in order; the header of CSV.
    Listing(const Session& session, std::string name, std::vector<std::string> keys, std::vector<Column> columns);

    /// In that format, whatever was asked for.
    Listing(const Session& session, OutputFormat format);

    /// Waits to be printed, so that a row may come while the store is held.
    void row(const Row& row);
    /// The same for a record that is at hand as an object; for listings of few.
    void object(const Json& object);
    /// Prints what waits; not while the store is held.
    void print();
    /// Prints of what waits as much as is read just now; never waits for the reader.
    void print_what_is_read();
    /// Once, after the last row, and not while the store is held: prints all that waits.
    void finish();
    /// Once it is finished: whether the table had no room for the column with this key.
    bool has_left_out(std::string_view key) const;

    /// CSV, whatever was asked for, unless that is JSON: throws Code::usage. `mark`: with the byte order mark by which
    /// Excel knows UTF-8. Before the first row.
    void as_csv(bool mark);
    OutputFormat format() const { return format_; }

    /// Members of the JSON document that come before the rows; before the first row.
    void head(const Json& members);

private:
    struct Line {
        std::vector<std::string> cells;
        std::string colour;
    };
    /// Keys that are looked for in each row, with the members that the last row had there.
    struct Lookup {
        std::vector<std::string> keys;
        std::vector<std::size_t> members;

        explicit Lookup(std::vector<std::string> wanted) : keys(std::move(wanted)), members(keys.size()) {}
        std::optional<std::size_t> in(const Row& row, std::size_t key);
    };

    void begin();
    void add(std::string_view text);
    void hand_over(std::size_t least);
    void add_csv(const Row& row);
    void add_line(const Row& row);
    std::string cell(const Column& column, const Row& row, std::size_t member) const;
    void flush_table();
    Layout settled() const;
    void print_line(const Layout& layout, const std::vector<std::string>& cells, const std::string& colour);

    const Session* session_;
    OutputFormat format_;
    std::string name_;
    Lookup keys_;  ///< of CSV
    std::vector<Column> columns_;
    Lookup column_keys_;
    std::string head_ = "{";  ///< how the JSON document begins
    std::string cell_;        ///< of CSV, before it is quoted
    std::string next_;        ///< what goes to `out_` next, many rows at a time
    Spool out_;
    bool mark_ = false;
    bool begun_ = false;
    std::size_t rows_ = 0;
    bool colour_;
    bool terminal_;
    std::optional<std::size_t> room_;  ///< columns that a table is to have at most
    std::vector<Line> waiting_;        ///< lines of a table whose widths are not settled yet
    std::optional<Layout> layout_;
};

/// Whether a row is of cells, where objects do not fit.
bool is_flat(const Session& session);

/// One object with a line a member (`json` and friends: the object itself). Times are as in a listing.
void print_object(const Session& session, const Json& object);

}  // namespace rekey::cli
