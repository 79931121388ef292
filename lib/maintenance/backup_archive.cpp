#include "maintenance/backup_archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/files/file_errors.hpp"
#include "base/limits.hpp"
#include "rekey/base/base.hpp"

namespace rekey::maintenance {

namespace {

constexpr const char* format_name = "rekey-backup-1";

[[noreturn]] void raise_damaged(const std::string& path, std::string_view why) {
    throw Error(Code::corrupt, fmt::format("{} is not a whole backup: {}", printable(path), why),
                "take another backup");
}

ArchiveHead parse(const std::string& path, const std::string& line) {
    auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) raise_damaged(path, "its head cannot be read");
    if (json.value("format", "") != format_name)
        throw Error(Code::refused, fmt::format("{} was written by another version of rekey", printable(path)),
                    "restore it with that version");
    try {
        ArchiveHead head;
        auto made_at = from_rfc3339(json.at("made_at").get<std::string>());
        if (!made_at) raise_damaged(path, "its date cannot be read");
        head.backup = {json.at("id"),
                       *made_at,
                       json.at("organization"),
                       json.at("seal_key_id"),
                       json.at("audit_entries"),
                       json.at("audit_head"),
                       json.at("store_size"),
                       json.value("retires", false)};
        head.seal_size = json.at("seal_size");
        if (head.seal_size > limits::seal_key) raise_damaged(path, "its seal key is too large");
        return head;
    } catch (const nlohmann::json::exception&) {
        raise_damaged(path, "its head cannot be read");
    }
}

}  // namespace

std::string to_line(const ArchiveHead& head) {
    const auto& backup = head.backup;
    nlohmann::ordered_json json{{"format", format_name},
                                {"id", backup.id},
                                {"made_at", to_rfc3339(backup.made_at)},
                                {"organization", backup.organization},
                                {"seal_key_id", backup.seal_key_id},
                                {"audit_entries", backup.audit_entries},
                                {"audit_head", backup.audit_head},
                                {"seal_size", head.seal_size},
                                {"store_size", backup.store_size},
                                {"retires", backup.retires}};
    return json.dump() + "\n";
}

ArchiveReader::ArchiveReader(const std::string& file, const AskPassphrase& ask) : path_(file) {
    auto fail = [&] { throw unreadable(printable(path_) + " cannot be read", errno, "name a backup that rekey made"); };
    file_ = Descriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_) fail();
    auto source = [fail, descriptor = file_.get()](std::uint8_t* to, std::size_t size) {
        for (;;) {
            auto got = ::read(descriptor, to, size);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) fail();
        }
    };
    try {
        stream_ = std::make_unique<crypto::SealedReader>(archive_purpose, ask, source);
    } catch (Error& e) {
        throw e.in(printable(path_));
    }
    std::string line;
    while (line.empty() || line.back() != '\n') {
        auto byte = some(1);
        if (byte.empty() || line.size() == limits::backup_head) raise_damaged(path_, "its head is missing");
        line += text_of(byte);
    }
    head_ = parse(path_, line);
}

ByteView ArchiveReader::some(std::uint64_t limit) {
    if (waiting_.empty()) {
        try {
            waiting_ = stream_->next();
        } catch (Error& e) {
            throw e.in(printable(path_));
        }
    }
    auto part = waiting_.first(static_cast<std::size_t>(std::min<std::uint64_t>(limit, waiting_.size())));
    waiting_ = waiting_.subspan(part.size());
    return part;
}

Secret ArchiveReader::seal_key() {
    Secret text(head_.seal_size);
    for (std::size_t filled = 0; filled < text.size();) {
        auto part = some(text.size() - filled);
        if (part.empty()) raise_damaged(path_, "its seal key is missing");
        std::copy(part.begin(), part.end(), text.data() + filled);
        filled += part.size();
    }
    return text;
}

void ArchiveReader::store(const std::function<void(ByteView)>& sink) {
    for (auto left = head_.backup.store_size; left > 0;) {
        auto part = some(left);
        if (part.empty()) raise_damaged(path_, "its store is not complete");
        sink(part);
        left -= part.size();
    }
}

void ArchiveReader::end() {
    if (!some(1).empty()) raise_damaged(path_, "something follows its store");
}

}  // namespace rekey::maintenance
