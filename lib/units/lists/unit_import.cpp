#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/fleet/key_rights.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "units/driver/address.hpp"
#include "units/registry/own_rules.hpp"
#include "units/registry/shared_folders.hpp"
#include "units/registry/unit_probes.hpp"
#include "units/registry/unit_requirements.hpp"

namespace rekey::units {

namespace {

store::Unit to_unit(const ListedUnit& line) {
    store::Unit unit;
    unit.name = line.name;
    unit.address = line.address;
    unit.labels = line.labels;
    unit.reload = line.reload;
    unit.rules = line.rules;
    return unit;
}

/// Names that are in `these` and not in `those`.
std::vector<std::string> only_in(const std::vector<Declared>& these, const std::vector<Declared>& those) {
    auto names = names_of(these);
    auto others = names_of(those);
    std::erase_if(names, [&](const std::string& name) { return std::ranges::find(others, name) != others.end(); });
    return names;
}

/// How a line differs from the unit that is recorded under its name, and what makes them equal.
class Difference {
public:
    Difference(const ListedUnit& line, const ListedUnit& known, const std::vector<std::string>& columns)
        : columns_(columns), command_(fmt::format("rekey units set {}", known.name)) {
        compare_text("address", line.address, known.address, "another address");
        compare_slots("types", line.slots, known.slots, "other types", "--type");
        compare_labels(line.labels, known.labels);
        compare_text("reload", line.reload, known.reload, "another reload command");
        compare_probes(line, known);
        compare_rules(line, known);
        compare_slots("keep_mode", line.keep_mode, known.keep_mode, "another keep_mode", "--keep-mode");
    }

    bool empty() const { return what_.empty(); }
    std::string what() const { return fmt::format("{}", fmt::join(what_, " and ")); }
    std::string remedy() const {
        std::vector<std::string> remedies;
        if (is_settable_) remedies.push_back("to change the unit: " + command_);
        for (const auto& command : slot_commands_) remedies.push_back("to change the slot: " + command);
        for (const auto& [column, names] : missing_)
            remedies.push_back(fmt::format("add to the line, under {}: {}", column, fmt::join(names, ";")));
        return fmt::format("{}", fmt::join(remedies, "; "));
    }

private:
    bool says(const char* column) const { return std::ranges::find(columns_, column) != columns_.end(); }

    void set(const std::string& option, const std::string& value) {
        command_ += fmt::format(" {} {}", option, shell_quote(value));
        is_settable_ = true;
    }

    void compare_text(const char* column, const std::string& wanted, const std::string& known, const char* what) {
        if (!says(column) || wanted == known) return;
        what_.emplace_back(what);
        set(std::string("--") + column, wanted);
    }

    void compare_probes(const ListedUnit& line, const ListedUnit& known) {
        if (!says("probe") || line.probe == known.probe) return;
        what_.emplace_back("another probe");
        if (line.probe.empty()) return set("--probe", "");
        auto wanted = divide_probe(line.probe, line.slots);
        if (!wanted.of_unit.empty()) return set("--probe", wanted.of_unit);
        auto has = divide_probe(known.probe, known.slots).of_slots;
        for (const auto& [slot, probe] : wanted.of_slots) set_of_slot(known.name, slot, probe, has[slot]);
        for (const auto& [slot, probe] : has)
            if (!wanted.of_slots.contains(slot)) set_of_slot(known.name, slot, "", probe);
    }

    void compare_rules(const ListedUnit& line, const ListedUnit& known) {
        if (!says("rules") || (line.rules == known.rules && line.slot_rules == known.slot_rules)) return;
        what_.emplace_back("other rules");
        for (const auto& [option, value] : rules_to_set(line.rules, known.rules)) set(option, value);
        auto slots = line.slot_rules;
        slots.insert(known.slot_rules.begin(), known.slot_rules.end());
        for (const auto& [slot, any] : slots) {
            auto options = rules_to_set(rules_of(line, slot), rules_of(known, slot));
            std::string command = fmt::format("rekey units set {}/{}", known.name, slot);
            for (const auto& [option, value] : options) command += fmt::format(" {} {}", option, shell_quote(value));
            if (!options.empty()) slot_commands_.push_back(std::move(command));
        }
    }

    static store::OwnRules rules_of(const ListedUnit& unit, const std::string& slot) {
        auto found = unit.slot_rules.find(slot);
        return found == unit.slot_rules.end() ? store::OwnRules{} : found->second;
    }

    /// Options of `units set`, with their values, that make `known` the same as `wanted`.
    static std::vector<std::pair<std::string, std::string>> rules_to_set(const store::OwnRules& wanted,
                                                                         const store::OwnRules& known) {
        std::vector<std::pair<std::string, std::string>> options;
        for (const auto& [key, values] : wanted) {
            auto has = known.find(key);
            if (has != known.end() && has->second == values) continue;
            for (const auto& value : values) options.emplace_back("--" + key, value);
        }
        for (const auto& [key, values] : known)
            if (!wanted.contains(key)) options.emplace_back("--" + key, "");
        return options;
    }

    void set_of_slot(const std::string& unit, const std::string& slot, const std::string& probe,
                     const std::string& known) {
        if (probe != known)
            slot_commands_.push_back(fmt::format("rekey units set {}/{} --probe {}", unit, slot, shell_quote(probe)));
    }

    void compare_slots(const char* column, const std::vector<Declared>& wanted, const std::vector<Declared>& known,
                       const char* what, const char* option) {
        if (!says(column)) return;
        auto added = only_in(wanted, known);
        auto missing = only_in(known, wanted);
        if (added.empty() && missing.empty()) return;
        what_.emplace_back(what);
        for (const auto& name : added) set(option, name);
        // No command takes them away.
        if (!missing.empty()) missing_.emplace_back(column, std::move(missing));
    }

    void compare_labels(const store::Labels& wanted, const store::Labels& known) {
        if (!says("labels") || wanted == known) return;
        what_.emplace_back("other labels");
        for (const auto& [key, value] : wanted)
            if (auto is = known.find(key); is == known.end() || is->second != value) set("--label", key + "=" + value);
        for (const auto& [key, value] : known)
            if (!wanted.contains(key)) set("--label", key + "=");
    }

    const std::vector<std::string>& columns_;
    std::string command_;
    bool is_settable_ = false;
    std::vector<std::string> slot_commands_;
    std::vector<std::string> what_;
    std::vector<std::pair<const char*, std::vector<std::string>>> missing_;
};

/// Judges line by line, against the store and the lines before.
class ListComparison {
public:
    ListComparison(store::Reader& store, const UnitList& list) : store_(store), list_(list) {
        store::each_unit(store, {}, [&](const store::Unit& unit) { taken_.add({unit.name, unit.address}); });
    }

    UnitImport result() {
        result_.wrong = list_.wrong;
        for (const auto& line : list_.units) judge(line);
        return std::move(result_);
    }

private:
    void refuse(const ListedUnit& line, const std::string& what, std::string remedy) {
        result_.wrong.add(line.line, Error(Code::usage, fmt::format("{}, line {}: {}", list_.file, line.line, what),
                                           std::move(remedy)));
    }

    void judge(const ListedUnit& line) {
        auto [first, is_first] = lines_.emplace(line.name, line.line);
        if (!is_first)
            return refuse(line, fmt::format("unit '{}' is on line {} already", line.name, first->second),
                          "a unit has one line, with all of its types");
        if (auto known = store::find_unit(store_, line.name)) return compare(line, listed(store_, *known));
        if (auto shared = taken_.find({line.name, line.address}))
            return refuse(line, fmt::format("unit '{}' {}", shared->unit, shared->how),
                          fmt::format("give it a folder of its own, or its types to '{}'", shared->other));
        std::error_code ignored;
        if (is_local(line.address)) {
            auto kind = std::filesystem::status(dir_path(line.address), ignored).type();
            if (kind != std::filesystem::file_type::directory && kind != std::filesystem::file_type::not_found &&
                kind != std::filesystem::file_type::none)
                return refuse(line, fmt::format("{} is not a folder", printable(line.address)),
                              "name the folder that has the unit's certificates, or will have them");
        }
        if (auto unknown = unknown_issuer(line))
            return refuse(line, fmt::format("there is no issuer '{}'", printable(*unknown)), "see: rekey issuers list");
        taken_.add({line.name, line.address});
        result_.added.push_back(line);
    }

    /// The first that rules of the line name and the home does not have.
    std::optional<std::string> unknown_issuer(const ListedUnit& line) const {
        std::vector<const store::OwnRules*> all{&line.rules};
        for (const auto& [slot, rules] : line.slot_rules) all.push_back(&rules);
        for (const auto* rules : all) {
            auto named = rules->find(store::issuer_rule);
            if (named == rules->end()) continue;
            for (const auto& name : named->second)
                if (!store::find_issuer(store_, name)) return name;
        }
        return std::nullopt;
    }

    void compare(const ListedUnit& line, const ListedUnit& known) {
        Difference difference(line, known, list_.columns);
        if (!difference.empty())
            return refuse(line, fmt::format("unit '{}' is recorded with {}", line.name, difference.what()),
                          difference.remedy());
        result_.unchanged.push_back(known);
        result_.unchanged.back().line = line.line;
    }

    store::Reader& store_;
    const UnitList& list_;
    TakenPlaces taken_;
    std::map<std::string, std::int64_t> lines_;
    UnitImport result_;
};

void give_slot_rules(store::Transaction& transaction, store::Id slot_id, store::OwnRules rules) {
    if (auto pinned = rules.extract(store::issuer_rule))
        store::set_slot_issuer(transaction, slot_id, id_of_issuer(transaction, pinned.mapped().front()));
    if (!rules.empty()) store::set_slot_rules(transaction, slot_id, rules);
}

void add_line(store::Transaction& transaction, const ListedUnit& line, const Stamp& stamp) {
    auto unit = to_unit(line);
    unit.added_at = stamp.at;
    auto probe = divide_probe(line.probe, line.slots);
    unit.probe = probe.of_unit;
    store::add_unit(transaction, unit);
    auto keeps = names_of(line.keep_mode);
    for (const auto& declared : line.slots) {
        auto slot = store::ensure_slot(transaction, unit, declared.node, declared.type);
        if (std::ranges::find(keeps, slot.name.on_unit()) != keeps.end())
            store::set_slot_keeps_mode(transaction, slot.id, true);
        if (auto given = probe.of_slots.find(slot.name.on_unit()); given != probe.of_slots.end())
            store::set_slot_probe(transaction, slot.id, given->second);
        if (auto rules = line.slot_rules.find(slot.name.on_unit()); rules != line.slot_rules.end())
            give_slot_rules(transaction, slot.id, rules->second);
    }
    store::AuditDetail detail{{"address", unit.address},       {"labels", labels_detail(unit.labels)},
                              {"reload", unit.reload},         {"probe", line.probe},
                              {"slots", names_of(line.slots)}, {"line", line.line}};
    if (!keeps.empty()) detail.set("keep_mode", keeps);
    if (auto rules = unit_rules_cell(line); !rules.empty()) detail.set("rules", rules);
    store::audit(transaction, stamp, "unit.add", unit.name, detail);
}

}  // namespace

UnitImport compare_units(store::Reader& store, const UnitList& list) {
    store::Snapshot snapshot(store);
    return ListComparison(store, list).result();
}

UnitImport add_units(Home& home, const UnitList& list, const Stamp& stamp) {
    return home.store().write([&](store::Transaction& transaction) {
        auto import = ListComparison(transaction, list).result();
        if (import.wrong.total == 0)
            for (const auto& line : import.added) add_line(transaction, line, stamp);
        return import;
    });
}

UnitsToAsk units_to_ask(store::Reader& store, const UnitImport& list) {
    store::Snapshot snapshot(store);
    UnitsToAsk asked;
    for (const auto* lines : {&list.added, &list.unchanged})
        for (const auto& line : *lines) {
            auto unit = store::find_unit(store, line.name);
            if (unit && is_local(unit->address))
                asked.here.push_back(unit->name);
            else if (unit && !unit->seen_at && !unit->offline_since)
                asked.elsewhere.push_back(unit->name);
        }
    return asked;
}

}  // namespace rekey::units
