#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "session.hpp"

namespace rekey::cli {

using Json = nlohmann::ordered_json;

/// A column of a table: a key of the row, and how it is shown.
struct Column {
    std::string key;
    std::string header;
    bool right = false;
};

/// Prints rows as they come, in the format that was asked for: a table with the columns given, or
/// whole rows as `{"<name>":[…]}`, as JSON Lines, or as CSV (RFC 4180; a cell that a spreadsheet would
/// take for a formula gets a leading apostrophe). Rows of one listing have the same keys.
class Listing {
public:
    /// `keys`: of every row, in order; the header of CSV.
    Listing(const Session& session, std::string name, std::vector<std::string> keys, std::vector<Column> columns);

    void row(const Json& object);
    /// Once, after the last row. `more`: further members of the JSON document, before the rows' end.
    void finish();

    /// Members of the JSON document that come before the rows; before the first row.
    void head(Json members) { head_ = std::move(members); }

private:
    void begin();
    void print_csv(const Json& object);
    void flush_table();
    void print_cells(const std::vector<std::string>& cells, const std::string& colour);

    Format format_;
    std::string name_;
    std::vector<std::string> keys_;
    std::vector<Column> columns_;
    Json head_ = Json::object();
    bool begun_ = false;
    std::size_t rows_ = 0;
    bool colour_;
    struct Line {
        std::vector<std::string> cells;
        std::string colour;
    };
    std::vector<Line> waiting_;  ///< lines of a table whose widths are not settled yet
    std::vector<std::size_t> widths_;
};

/// One object with a line a member (`json` and friends: the object itself).
void print_object(const Session& session, const Json& object);

/// Columns that `text` takes on a terminal.
std::size_t display_width(const std::string& text);

/// Whether stdout takes colours: a terminal, no NO_COLOR, no TERM=dumb.
bool wants_colour();

}  // namespace rekey::cli
