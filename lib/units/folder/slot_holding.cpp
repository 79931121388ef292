#include "units/folder/slot_holding.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/pair_folder.hpp"
#include "units/folder/slot_ownership.hpp"
#include "units/folder/slot_shape.hpp"

namespace rekey::units {

namespace {

Holding read_slot(SlotFolder& slot, int number, const SlotPath& place) {
    auto pair = slot.generation(number);
    if (!pair)
        throw Error(Code::failed, fmt::format("{} leads to generation {}, which is not there",
                                              printable(slot.current_path()), number));
    return pair_folder::hold(*pair, place);
}

/// What root, or another user, left in a slot of somebody else.
std::optional<Concern> concern_of_others(SlotFolder& slot) {
    auto paths = belongings_of_others(slot.folder());
    if (paths.empty()) return std::nullopt;
    auto whose = slot.folder().status();
    auto remedy = fmt::format("chown {}:{}", whose.owner, whose.group);
    for (const auto& path : paths) remedy += " " + shell_quote(path);
    return Concern{Concern::Kind::rights,
                   fmt::format("{} belongs to another user than {}, whose slot it is{}", printable(paths.front()),
                               whose.owner, paths.size() == 1 ? "" : fmt::format(" (and {} more)", paths.size() - 1)),
                   printable(remedy)};
}

void add_concerns(SlotFolder& slot, const std::vector<NamedEntry>& listing, Holding& holding) {
    auto& found = holding.concerns;
    if (auto obstacle = slot.folder().obstacle())
        found.push_back({Concern::Kind::rights, std::move(obstacle->what), std::move(obstacle->remedy)});
    if (auto others = concern_of_others(slot)) found.push_back(std::move(*others));
    for (auto& stranger : slot.strangers(listing)) found.push_back(std::move(stranger));
    if (found.size() > limits::concerns) found.resize(limits::concerns);
}

/// The same where it was thrown by the reading of the pair, whose files a new one may replace.
Holding in_damage(const SlotPath& place, const Error& error, SlotFolder& slot) {
    auto holding = in_trouble(place, error, &slot);
    if (holding.trouble != error.message()) return holding;  // its shape is to be mended first
    holding.damage = pair_folder::damage_of(error);
    // Parsing has advice for who names a file.
    if (holding.damage != Damage::none) holding.remedy.clear();
    return holding;
}

}  // namespace

std::optional<Holding> try_look_over(SlotFolder& slot, const SlotPath& place, const std::vector<NamedEntry>& listing) {
    auto holding = try_read(slot, place);
    if (!holding || !holding->trouble.empty()) return holding;
    try {
        add_concerns(slot, listing, *holding);
    } catch (const Error& error) {
        if (error.code() == Code::unreachable) throw;
        return in_trouble(place, error, &slot);
    }
    return holding;
}

Holding in_trouble(const SlotPath& place, const Error& error, SlotFolder* slot) {
    Holding holding;
    holding.place = place;
    holding.trouble = error.message();
    holding.remedy = error.hint();
    auto shape = slot != nullptr ? misshape_of(*slot) : std::nullopt;
    if (!shape) return holding;
    holding.trouble = shape->what;
    holding.remedy = shape->remedy;
    return holding;
}

std::optional<Holding> try_read(SlotFolder& slot, const SlotPath& place) {
    std::optional<int> number;
    try {
        number = slot.current();
        if (!number) return std::nullopt;
        // Who switches at this moment may take away what was in use a moment ago.
        for (;;) {
            try {
                return read_slot(slot, *number, place);
            } catch (const Error& error) {
                auto now = slot.current();
                if (error.code() == Code::unreachable || now == number) throw;
                if (!now) return std::nullopt;
                number = now;
            }
        }
    } catch (const Error& error) {
        if (error.code() == Code::unreachable) throw;
        return in_damage(place, error, slot);
    }
}

}  // namespace rekey::units
