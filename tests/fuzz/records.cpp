/// Device and coverage records in CSV and JSON Lines: what is kept of them is JSON, and reads as it was written.
#include <sys/mman.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/files/descriptor.hpp"
#include "fuzz.hpp"
#include "tenants/records/json_text.hpp"
#include "tenants/records/record_reader.hpp"

using namespace rekey;
using namespace rekey::tenants;

namespace {

class MemoryFile {
public:
    explicit MemoryFile(std::string_view content) : file_(memfd_create("records", MFD_CLOEXEC)) {
        fuzz::require(write(file_.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()),
                      "no memory for a file");
    }
    std::string path() const { return "/proc/self/fd/" + std::to_string(file_.get()); }

private:
    Descriptor file_;
};

std::vector<Record> read_all(const std::string& content, RecordKind kind) {
    MemoryFile file(content);
    std::vector<Record> records;
    auto reader = open_records(file.path(), kind);
    for (Record record; reader->next(record);)
        if (!record.trouble) records.push_back(record);
    return records;
}

std::string line_of(const Record& record) {
    std::string line = "{\"id\":";
    append_json_string(line, record[Field::id]);
    return line + ",\"last_seen\":null,\"attributes\":" + record.attributes + "}\n";
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string content(text_of(ByteView(data, size)));
    for (auto kind : {RecordKind::devices, RecordKind::coverage})
        fuzz::takes([&] {
            auto records = read_all(content, kind);
            std::string written;
            for (const auto& record : records) {
                fuzz::require(nlohmann::json::parse(record.attributes, nullptr, false).is_object(),
                              "attributes are no JSON object");
                written += line_of(record);
            }
            auto again = read_all(written, kind);
            fuzz::require(again.size() == records.size(), "another number of records is read than was written");
            for (std::size_t i = 0; i < records.size(); ++i) {
                auto& record = records[i];
                fuzz::require(again[i][Field::id] == record[Field::id] && nlohmann::json::parse(again[i].attributes) ==
                                                                              nlohmann::json::parse(record.attributes),
                              "a record is not read as it was written");
                auto now = from_unix(1795000000);
                fuzz::takes([&] { to_coverage(std::move(again[i]), now); });
                fuzz::takes([&] { to_device(std::move(record), now); });
            }
        });
    return 0;
}
