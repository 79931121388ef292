#include "output/table.hpp"

#include <algorithm>

#include "output/text_width.hpp"

namespace rekey::cli {

namespace {

/// The columns that are shown, with the gaps between them.
std::size_t total_width(const Layout& layout) {
    std::size_t total = 0;
    for (std::size_t i = 0; i < layout.widths.size(); ++i)
        if (layout.shown[i]) total += (total == 0 ? 0 : table_gap) + layout.widths[i];
    return total;
}

std::size_t narrowest(const Column& column) { return std::max(display_width(column.header), narrowest_text); }

/// False: the table is wider than that however it shrinks.
bool shrink(const std::vector<Column>& columns, Layout& layout, std::size_t room) {
    for (auto total = total_width(layout); total > room; --total) {
        std::optional<std::size_t> widest;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            bool can = layout.shown[i] && columns[i].room.shrinks && layout.widths[i] > narrowest(columns[i]);
            if (can && (!widest || layout.widths[i] > layout.widths[*widest])) widest = i;
        }
        if (!widest) return false;
        --layout.widths[*widest];
    }
    return true;
}

/// The next one that is to leave.
std::optional<std::size_t> next_to_leave(const std::vector<Column>& columns, const Layout& layout) {
    std::optional<std::size_t> next;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        bool can = layout.shown[i] && columns[i].room.leaves != 0;
        if (can && (!next || columns[i].room.leaves < columns[*next].room.leaves)) next = i;
    }
    return next;
}

std::string padding(std::size_t wanted, std::size_t taken) {
    return std::string(wanted > taken ? wanted - taken : 0, ' ');
}

}  // namespace

Layout fit(const std::vector<Column>& columns, const std::vector<std::size_t>& widest,
           std::optional<std::size_t> columns_there_are, Beyond beyond) {
    Layout layout{false, std::vector<bool>(columns.size(), true), widest};
    if (!columns_there_are) return layout;
    while (!shrink(columns, layout, *columns_there_are)) {
        auto leaving = next_to_leave(columns, layout);
        if (!leaving && beyond == Beyond::long_lines) return layout;
        if (!leaving) return {true, std::vector<bool>(columns.size(), true), widest};
        layout.shown[*leaving] = false;
        layout.widths = widest;
    }
    return layout;
}

std::string table_line(const std::vector<Column>& columns, const Layout& layout,
                       const std::vector<std::string>& cells) {
    std::string line;
    bool first = true;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!layout.shown[i]) continue;
        auto cell = columns[i].room.shrinks ? cut(cells[i], layout.widths[i]) : cells[i];
        auto blank = padding(layout.widths[i], display_width(cell));
        if (!first) line.append(table_gap, ' ');
        line += columns[i].as == As::number ? blank + cell : cell + blank;
        first = false;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string record(const std::vector<Column>& columns, const std::vector<std::string>& cells) {
    std::size_t width = 0;
    for (const auto& column : columns) width = std::max(width, display_width(column.header));
    std::string lines;
    for (std::size_t i = 0; i < columns.size(); ++i)
        lines += columns[i].header + padding(width, display_width(columns[i].header)) + "  " +
                 (cells[i].empty() ? "-" : cells[i]) + "\n";
    return lines;
}

}  // namespace rekey::cli
