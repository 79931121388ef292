#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "base/files/folder.hpp"
#include "base/limits.hpp"
#include "base/lists/text_file.hpp"
#include "crypto/keys/assertion.hpp"
#include "crypto/keys/key_forms.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

namespace {

constexpr const char* pack_columns = "columns: id,name,scope,client_id,key_id,version,key_file";

struct DeliveryFile {
    std::string folder;
    std::string name;
};

DeliveryFile place_of(const std::string& path) {
    auto slash = path.rfind('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

/// A folder that is missing is a wrong argument here, not a unit that may come back.
std::unique_ptr<Folder> folder_of(const DeliveryFile& place) {
    try {
        return open_folder(place.folder);
    } catch (const Error& e) {
        if (e.code() != Code::unreachable) throw;
        std::error_code ignored;
        if (std::filesystem::exists(place.folder, ignored)) throw Error(Code::failed, e.message(), e.hint());
        throw Error(Code::usage, fmt::format("there is no folder {}", printable(place.folder)), "is the path right?");
    }
}

void refuse_giant(Folder& folder, const DeliveryFile& place, std::size_t limit, std::string_view hint) {
    auto file = folder.look(place.name);
    if (file && file->kind == FolderEntry::Kind::file && file->size > limit)
        throw Error(
            Code::usage,
            fmt::format("{}/{} is larger than {} KiB", printable(place.folder), printable(place.name), limit >> 10),
            std::string(hint));
}

[[noreturn]] void refuse_missing(const std::string& path) {
    throw Error(Code::usage, fmt::format("there is no file {}", printable(path)), "is the path right?");
}

/// Anyone who can write there decides which credentials are proposed.
void require_roots(std::string_view what, const std::string& path, uid_t owner, mode_t mode) {
    if (owner == 0 && (mode & 022) == 0) return;
    throw Error(Code::refused,
                fmt::format("{} {} {}", what, printable(path),
                            owner != 0 ? "does not belong to root" : "can be written by others than root"),
                fmt::format("chown root {0} && chmod go-w {0}", printable(path)));
}

/// A spreadsheet would run it, and no name or ID begins like that.
void refuse_formula(const TextFile& text, std::string_view cell, const std::string& column) {
    if (!cell.empty() && std::string_view("=+-@").find(cell.front()) != std::string_view::npos)
        text.fail(fmt::format("the {} is a formula", column), "names and IDs do not begin with = + - or @");
}

std::int64_t parse_version(const TextFile& text, std::string_view cell) {
    if (cell.empty()) return 1;
    bool digits = cell.size() <= 15 && cell.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits) text.fail(fmt::format("version '{}' is not a whole number", printable(cell)), "as 1, 2, 3");
    return std::stoll(std::string(cell));
}

/// What no import takes is not packed.
void take_scope(const TextFile& text, payload::Plain& entry) {
    if (entry.scope.empty()) entry.scope = scope_of_client(entry.client_id);
    if (entry.scope.empty()) return;
    auto known = known_scope(entry.scope);
    if (known.empty())
        text.fail(fmt::format("nothing is known about the scope '{}'", printable(entry.scope)),
                  "it is business (ABM) or school (ASM)");
    try {
        require_scope_of_client(known, entry.client_id);
    } catch (const Error& e) {
        text.fail(e.message(), fmt::format("write its scope as {}", scope_of_client(entry.client_id)));
    }
    entry.scope = known;
}

Secret read_key(const std::string& path, const std::function<Secret()>& ask) {
    auto place = place_of(path);
    auto folder = folder_of(place);
    refuse_giant(*folder, place, limits::key_file, "name the file with the private key");
    auto content = folder->read_secret(place.name, limits::key_file);
    if (!content) refuse_missing(path);
    try {
        auto key = crypto::read_private_key(content->view(), ask);
        crypto::require_p256(key);
        return key.to_pem();
    } catch (Error& e) {
        throw e.in(printable(path));
    }
}

}  // namespace

payload::Payload read_payload(const std::string& path) {
    auto place = place_of(path);
    auto folder = folder_of(place);
    refuse_giant(*folder, place, limits::payload, "give the managed payload; one that is that large is to be split");
    auto content = folder->read(place.name, limits::payload);
    if (!content) refuse_missing(path);
    try {
        return payload::read(*content);
    } catch (Error& e) {
        throw e.in(printable(path));
    }
}

std::optional<PendingList> pending(store::Reader& store, const std::string& path) {
    auto place = place_of(std::filesystem::absolute(path).lexically_normal().string());
    std::error_code missing;
    if (!std::filesystem::exists(path, missing)) return std::nullopt;
    // The last component itself: a link would lead to a folder that is not checked.
    auto entry = open_folder(place.folder)->look(place.name);
    if (!entry || entry->kind != FolderEntry::Kind::folder)
        throw Error(Code::refused, fmt::format("{} is not a folder", printable(path)),
                    "name the folder itself, not a file or a link");
    require_roots("the folder", path, entry->owner, entry->mode);

    PendingList list;
    auto folder = open_folder(path);
    for (const auto& name : folder->names()) {
        if (name.front() == '.') continue;
        auto file = path + "/" + name;
        try {
            auto found = folder->look(name);
            if (!found || found->kind != FolderEntry::Kind::file)
                throw Error(Code::refused, fmt::format("{} is not a file", printable(file)),
                            "only payloads belong there; hide others behind a dot");
            require_roots("the file", file, found->owner, found->mode);
            auto payload = read_payload(file);
            for (auto& delivered : payload.entries) {
                auto state = state_of(store, delivered);
                bool waits = state == DeliveryState::fresh || state == DeliveryState::changed;
                if (waits) list.entries.push_back({file, std::move(delivered), state, payload.signers});
            }
        } catch (const Error& e) {
            list.problems.push_back({e.message(), e.hint()});
        }
    }
    return list;
}

std::vector<payload::Plain> read_pack_list(const std::string& path, const std::function<Secret()>& ask) {
    TextFile text(path);
    if (char first = text.peek(); first == '{' || first == '[' || first == '<') text.fail("no CSV", pack_columns);
    CsvFile csv(text);
    std::vector<payload::Plain> entries;
    std::vector<std::string_view> cells;
    for (const char* needed : {"id", "client_id", "key_id", "key_file"})
        if (std::find(csv.header().begin(), csv.header().end(), needed) == csv.header().end())
            text.fail(fmt::format("no column '{}'", needed), pack_columns);
    while (csv.next(cells)) {
        payload::Plain entry;
        entry.version = 1;
        std::string key_file;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto& column = csv.header()[i];
            refuse_formula(text, cells[i], column);
            std::string cell(cells[i]);
            if (column == "id") entry.id = cell;
            if (column == "name") entry.name = cell;
            if (column == "scope") entry.scope = cell;
            if (column == "client_id") entry.client_id = cell;
            if (column == "key_id") entry.key_id = cell;
            if (column == "version") entry.version = parse_version(text, cells[i]);
            if (column == "key_file") key_file = cell;
        }
        take_scope(text, entry);
        if (key_file.empty()) text.fail("no key_file", "name the file with the private key");
        auto beside = path == "-" ? "." : place_of(path).folder;
        try {
            entry.key = read_key(key_file.front() == '/' ? key_file : beside + "/" + key_file, ask);
        } catch (const Error& e) {
            text.fail(e.message(), e.hint());
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

void write_private(const std::string& path, const std::string& content) {
    auto place = place_of(path);
    auto folder = folder_of(place);
    if (folder->look(place.name))
        throw Error(Code::refused, fmt::format("{} is there already", printable(path)), "name a new file");
    replace_file(*folder, place.name, view_of(content));
}

}  // namespace rekey::tenants
