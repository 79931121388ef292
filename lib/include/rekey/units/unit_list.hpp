#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rekey/base/error.hpp"
#include "rekey/units/registry.hpp"

namespace rekey::units {

/// A unit as a list has it: a row of a table with a column for each of these. A list holds all that makes a unit, so
/// that units that were exported can be added elsewhere.
struct ListedUnit {
    std::int64_t line = 0;  ///< on which it ends; 0: it comes from the store
    std::string name;
    std::string address;
    std::vector<Declared> slots;  ///< in order of node and type, each once
    store::Labels labels;
    std::string reload;
    std::string probe;                ///< as `probe_text` has it
    std::vector<Declared> keep_mode;  ///< of the slots, those whose new keys all users may use
};

/// The columns of a list that is written, in order: name, address, types, labels, reload, probe, keep_mode.
REKEY_EXPORT const std::vector<std::string>& unit_list_columns();

/// Cells. `;` stands between slots, and between labels, `k=v`; within a label, `\` stands before `;`, before `\`, and
/// before a blank at the beginning or end of a value.
REKEY_EXPORT std::string unit_list_cell(const std::vector<Declared>& slots);
REKEY_EXPORT std::string unit_list_cell(const store::Labels& labels);

/// A line that cannot be taken: the message has file and number, the hint the remedy.
struct WrongLine {
    std::int64_t line = 0;
    Error error;
};

/// All of them are counted; the first ones of the file are kept.
struct REKEY_EXPORT WrongLines {
    static constexpr std::size_t most_kept = 20;

    void add(std::int64_t line, Error error);

    std::vector<WrongLine> first;
    std::size_t total = 0;
};

/// What a file says.
struct UnitList {
    std::string file;                  ///< for messages
    std::vector<std::string> columns;  ///< about what has none, the list says nothing
    std::vector<ListedUnit> units;
    WrongLines wrong;
};

/// Reads a table with a header: a file, or `-` for standard input. Columns come in any order, and `node` is one more:
/// the node of the types on the line that name none. Throws Code::usage for a file that cannot be read, a header that
/// is wrong, and more units than fit in memory.
REKEY_EXPORT UnitList read_unit_list(const std::string& path);

/// A unit of the store as a list has it.
REKEY_EXPORT ListedUnit listed(store::Reader& store, const store::Unit& unit);
/// The units of these names, all when there are none; in order of name. Throws Code::not_found.
REKEY_EXPORT void each_listed(store::Reader& store, const std::vector<std::string>& names,
                              const std::function<void(const ListedUnit&)>& visit);

}  // namespace rekey::units
