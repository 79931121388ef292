#include <fmt/format.h>

#include "base/files/folder.hpp"
#include "rekey/home/home.hpp"

namespace rekey {

void replace_public_file(const std::string& path, ByteView content) {
    auto slash = path.rfind('/');
    auto place = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    auto folder = [&] {
        try {
            return open_folder(place);
        } catch (const Error& e) {
            if (e.code() != Code::unreachable) throw;
            throw Error(Code::usage, e.message(), "make the folder, or name another");
        }
    }();
    auto name = path.substr(slash == std::string::npos ? 0 : slash + 1);
    auto entry = name.empty() ? std::nullopt : folder->look(name);
    if (name.empty() || (entry && entry->kind != FolderEntry::Kind::file))
        throw Error(Code::usage, fmt::format("{} is not a file that could be replaced", printable(path)),
                    "name a file in a folder that is there");
    replace_file(*folder, name, content, {0644, std::nullopt, std::nullopt});
}

}  // namespace rekey
