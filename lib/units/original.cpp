#include "units/original.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey::units {

namespace {

constexpr std::size_t content_limit = 256 * 1024;

Held read_at(const std::string& place) {
    std::filesystem::path file(place);
    auto held = open_folder(file.parent_path())->read_held(file.filename(), content_limit);
    if (!held) throw Error(Code::usage, fmt::format("there is no file {}", printable(place)), "is the path right?");
    return std::move(*held);
}

}  // namespace

Original::Original(const std::string& path) {
    std::error_code error;
    auto whole = std::filesystem::absolute(path, error);
    auto real = std::filesystem::canonical(whole, error);
    if (error || path.empty() || !whole.has_filename())
        throw Error(Code::usage, fmt::format("there is no file '{}'", printable(path)), "is the path right?");
    path_ = whole;
    place_ = real;
    name_ = whole.filename();
    folder_ = open_folder(whole.parent_path());
    held_ = read_at(place_);
}

void Original::become_link(const std::string& target, Old old) {
    auto entry = folder_->look(name_);
    bool done = entry && entry->kind == Entry::Kind::link && folder_->read_link(name_) == target;
    if (!done) {
        auto now = read_at(place_);
        if (!std::ranges::equal(now.content.view(), content()))
            throw Error(Code::refused, fmt::format("{} has changed while it was adopted", printable(path_)),
                        "run the same command again");
    }
    replace_by_link(*folder_, name_, target, old);
}

void replace_by_link(Folder& folder, const std::string& name, const std::string& target, Old old) {
    auto temporary = "." + name + ".rekey";
    auto drop_temporary = [&] {
        auto left = folder.look(temporary);
        if (!left) return;
        if (left->kind == Entry::Kind::file && old == Old::secret)
            folder.destroy(temporary);
        else
            folder.remove(temporary);
        folder.sync();
    };
    auto entry = folder.look(name);
    if (entry && entry->kind == Entry::Kind::link && folder.read_link(name) == target) {
        // Who put it there may have been killed before it was durable, or before the file was gone.
        folder.sync();
        return drop_temporary();
    }
    drop_temporary();
    folder.make_link(temporary, target);
    if (!folder.exchange(temporary, name)) folder.rename(temporary, folder, name);
    folder.sync();
    drop_temporary();
}

}  // namespace rekey::units
