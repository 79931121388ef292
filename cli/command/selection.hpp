#pragma once

#include <set>
#include <string>
#include <vector>

#include "command/model.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

/// Which of the common options a command has. Where it has an option of the same name with another meaning, the
/// selecting one ends in `-is`.
struct SelectionWords {
    std::string names = "UNIT|SLOT";  ///< empty: the command adds arguments of its own
    std::string about = "Units, slots (UNIT/[NODE/]TYPE), or patterns such as 'north-*'; all if none is named";
    std::string label = "--label";
    std::string type = "--type";                           ///< empty: it has none
    std::string issuer = "--issuer";                       ///< empty: it has none
    std::vector<std::string> states = {};                  ///< for --state; empty: it has none
    bool expiring = true;                                  ///< --expiring
    std::string limit = "At most this many";               ///< what --limit counts; empty: it has none
    std::string all = "All of them, as if none is named";  ///< what --all is
};

/// What was typed to select by. One way for all commands: rekey(1), SELECTING.
struct SelectionOptions {
    std::vector<std::string> names;
    std::vector<std::string> labels;
    std::vector<std::string> types;
    std::string issuer;
    std::string state;
    std::string expiring;
    std::int64_t limit = 0;
    std::string from;
    bool all = false;
};

/// Whether any part but the limit was given.
bool selects_something(const SelectionOptions& options);

/// Adds the options to a command.
void add_selection(Command& command, SelectionOptions& options, const SelectionWords& words = {});

/// For --all beside anything else that selects: throws Code::usage.
[[noreturn]] void refuse_beside_all();
/// What was typed, with the names of `--from`. Throws Code::usage.
store::Selection read_selection(const SelectionOptions& options, Time now);
/// The same, of what is there: throws Code::not_found for a name, pattern, label, type or issuer that nothing has.
store::Selection get_selection(store::Reader& store, const SelectionOptions& options, Time now,
                               store::Among among = {});

/// The selected units by name, in order. Says so where a state or an end leaves none.
std::vector<std::string> names_of_units(const Session& session, store::Reader& store,
                                        const store::Selection& selection);

/// For commands that take numbers as well: moves the patterns of slots from `words` to the selection.
void take_patterns(std::vector<std::string>& words, SelectionOptions& options);
/// The certificates that the selected slots use, in order of slot; nothing where nothing was selected. Says so where a
/// state or an end leaves none.
std::vector<store::Certificate> selected_certificates(const Session& session, store::Reader& store,
                                                      const SelectionOptions& options, Time now);

/// The same for commands that are about whole units: throws Code::usage when a slot was named.
store::Selection get_whole_units(store::Reader& store, const SelectionOptions& options, Time now);
/// The units by name, in order. Throws Code::usage also when nothing was selected.
std::vector<std::string> names_of_whole_units(const Session& session, store::Reader& store,
                                              const SelectionOptions& options, Time now);

/// Whether a slot was typed, or a pattern of slots.
bool names_slots(const SelectionOptions& options);
/// The selected slots, in order, for commands that are about slots alone: throws Code::usage when a unit was typed.
/// Says so where nothing matches.
std::vector<SlotName> names_of_slots(const Session& session, store::Reader& store, const SelectionOptions& options,
                                     Time now);

/// The slots of a selection, where it asks for slots; else all.
class SelectedSlots {
public:
    SelectedSlots(store::Reader& store, store::Selection selection);
    bool has(const SlotName& slot) const { return !narrows_ || slots_.contains(slot); }

private:
    bool narrows_;
    std::set<SlotName> slots_;
};

/// A selection without what holds of certificates only, and without a limit: the units and slots that are named.
store::Selection named_part(const store::Selection& selection);

}  // namespace rekey::cli
