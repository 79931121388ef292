#include "units/folder/slot_shape.hpp"

#include <fmt/format.h>

#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/pair_folder.hpp"
#include "units/folder/slot_parts.hpp"

namespace rekey::units {

namespace {

using Kind = FolderEntry::Kind;

std::string path_of(SlotFolder& slot, const std::string& name) { return slot.folder().path() + "/" + name; }

/// A command shows paths only that survive being shown.
std::string command_if_printable(const std::string& command) {
    return printable(command) == command ? command : std::string();
}

/// The leaf of a folder whose key is the leaf's; nothing for what is no whole pair.
std::optional<crypto::X509Certificate> leaf_of_whole(Folder& pair) {
    auto leaf = pair_folder::leaf_of(pair);
    return leaf && pair_folder::has_key_of(pair, *leaf) ? leaf : std::nullopt;
}

/// The newest generation that is a whole pair, and holds `leaf` where one is given.
std::optional<int> newest_whole(SlotFolder& slot, const std::optional<crypto::X509Certificate>& leaf = std::nullopt) {
    auto numbers = slot.generations();
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        auto pair = slot.generation(*number);
        auto found = pair ? leaf_of_whole(*pair) : std::nullopt;
        if (found && (!leaf || found->der() == leaf->der())) return *number;
    }
    return std::nullopt;
}

std::string link_to(SlotFolder& slot, int number) {
    return fmt::format("ln -sfn gen/{:06} {}", number, shell_quote(path_of(slot, current_name)));
}

/// Copied with a tool that knows no links, or follows them: the pair in use is in `current` itself.
std::string mend_folder(SlotFolder& slot) {
    auto folder = slot.folder().open(current_name);
    auto leaf = folder ? leaf_of_whole(*folder) : std::nullopt;
    if (!leaf) return {};
    auto current = shell_quote(path_of(slot, current_name));
    if (auto same = newest_whole(slot, leaf)) {
        auto aside = shell_quote(path_of(slot, ".current.was"));
        return fmt::format("mv -T {} {} && {} && rm -r {}", current, aside, link_to(slot, *same), aside);
    }
    auto numbers = slot.generations();
    int next = numbers.empty() ? 1 : numbers.back() + 1;
    auto place = shell_quote(path_of(slot, fmt::format("gen/{:06}", next)));
    return fmt::format("mkdir -p {} && mv -T {} {} && {}", shell_quote(path_of(slot, generations_name)), current, place,
                       link_to(slot, next));
}

std::string mend_file(SlotFolder& slot) {
    auto newest = newest_whole(slot);
    return newest ? link_to(slot, *newest) : std::string();
}

std::optional<Misshape> misshaped_current(SlotFolder& slot) {
    auto entry = slot.folder().look(current_name);
    if (!entry) return std::nullopt;
    auto path = printable(path_of(slot, current_name));
    switch (entry->kind) {
        case Kind::folder:
            return Misshape{fmt::format("{} is a folder, where a link to a generation is expected: was the unit copied "
                                        "without its links?",
                                        path),
                            mend_folder(slot)};
        case Kind::file:
        case Kind::other:
            return Misshape{fmt::format("{} is a file, where a link to a generation is expected: was the unit copied "
                                        "without its links?",
                                        path),
                            mend_file(slot)};
        case Kind::link:
            break;
    }
    auto target = slot.folder().read_link(current_name);
    auto number = target ? slot.number_in(*target) : std::nullopt;
    auto pair = number ? slot.generation(*number) : nullptr;
    if (pair) return std::nullopt;
    auto newest = newest_whole(slot);
    if (!newest && number) return std::nullopt;  // nothing to link to: a renewal makes a pair
    return Misshape{number ? fmt::format("{} leads to generation {}, which is not there", path, *number)
                           : fmt::format("{} leads to '{}', which is not a generation of the slot", path,
                                         printable(target.value_or(""))),
                    newest ? link_to(slot, *newest) : std::string()};
}

std::optional<Misshape> misshaped_generations(SlotFolder& slot) {
    auto entry = slot.folder().look(generations_name);
    if (!entry || entry->kind == Kind::folder) return std::nullopt;
    auto path = path_of(slot, generations_name);
    if (entry->kind != Kind::link)
        return Misshape{fmt::format("{} is a file, where the folder of the generations is expected", printable(path)),
                        {}};
    auto target = slot.folder().read_link(generations_name).value_or("");
    auto copy = shell_quote(path_of(slot, "gen.new"));
    auto mend = fmt::format("cp -a {}/. {} && rm {} && mv -T {} {}  # then remove what is left in {}",
                            shell_quote(path), copy, shell_quote(path), copy, shell_quote(path), shell_quote(target));
    return Misshape{
        fmt::format("{} is a symbolic link to '{}', where a folder is expected: links out of a slot are not "
                    "followed",
                    printable(path), printable(target)),
        mend};
}

}  // namespace

std::optional<Misshape> misshape_of(SlotFolder& slot) {
    auto found = misshaped_generations(slot);
    if (!found) found = misshaped_current(slot);
    if (found) found->remedy = command_if_printable(found->remedy);
    return found;
}

}  // namespace rekey::units
