#include "tenants/record_reader.hpp"

#include <fmt/format.h>

#include <bitset>
#include <nlohmann/json.hpp>

#include "rekey/base/error.hpp"
#include "tenants/json_text.hpp"

namespace rekey::tenants {

namespace {

using Json = nlohmann::ordered_json;

/// Without the apostrophe that an export puts before what a spreadsheet would take for a formula.
std::string_view without_guard(std::string_view cell) {
    auto first = cell.find_first_not_of('\'');
    bool guarded = first != 0 && first != std::string_view::npos &&
                   std::string_view("=+-@\t\r").find(cell[first]) != std::string_view::npos;
    return guarded ? cell.substr(1) : cell;
}

class CsvReader : public RecordReader {
public:
    explicit CsvReader(std::unique_ptr<TextFile> text) : text_(std::move(text)), csv_(*text_) {
        for (const auto& name : csv_.header()) {
            columns_.push_back(field_of(name));
            has_[static_cast<std::size_t>(columns_.back())] = true;
            keys_.emplace_back();
            append_json_string(keys_.back(), name);
            keys_.back() += ':';
            has_attributes_ = has_attributes_ || columns_.back() == Field::attributes;
        }
    }

    bool next(Record& record) override {
        if (!csv_.next(cells_)) return false;
        for (auto& field : record.fields) field.clear();
        record.has = has_;
        record.attributes = "{";
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            auto field = columns_[i];
            auto cell = without_guard(cells_[i]);
            if (field != Field::other) record[field] = cell;
            if (cell.empty() || !is_attribute(field)) continue;
            if (record.attributes.size() > 1) record.attributes += ',';
            record.attributes += keys_[i];
            append_json_string(record.attributes, cell);
        }
        if (has_attributes_) add_attributes(record);
        record.attributes += '}';
        return true;
    }

    const TextFile& text() const override { return *text_; }

private:
    /// With an object of attributes beside them, the known columns repeat what is in it.
    bool is_attribute(Field field) const {
        if (field == Field::id || field == Field::attributes || field == Field::ours) return false;
        return field == Field::other || !has_attributes_;
    }

    void add_attributes(Record& record) {
        const auto& given = record[Field::attributes];
        if (given.empty()) return;
        auto object = Json::parse(given, nullptr, false);
        if (!object.is_object()) text_->fail("the attributes are no JSON object");
        auto members = object.dump();
        if (object.empty()) return;
        if (record.attributes.size() > 1) record.attributes += ',';
        record.attributes.append(members, 1, members.size() - 2);
    }

    std::unique_ptr<TextFile> text_;
    CsvFile csv_;
    std::vector<Field> columns_;
    std::bitset<field_count> has_;
    std::vector<std::string> keys_;
    std::vector<std::string_view> cells_;
    bool has_attributes_ = false;
};

class JsonReader : public RecordReader {
public:
    explicit JsonReader(std::unique_ptr<TextFile> text) : text_(std::move(text)) {}

    bool next(Record& record) override {
        std::string_view line;
        do
            if (!text_->next(line)) return false;
        while (line.find_first_not_of(" \t") == std::string_view::npos);
        auto object = Json::parse(line, nullptr, false);
        if (!object.is_object()) text_->fail("no JSON object", "JSON Lines have one object a line");
        for (auto& field : record.fields) field.clear();
        record.has.reset();
        // The provider's form has the attributes in an object of their own.
        Json attributes = Json::object();
        if (auto own = object.find("attributes"); own != object.end() && own->is_object()) {
            attributes = std::move(*own);
            for (const auto& [name, value] : attributes.items()) take(record, name, value);
        }
        for (const auto& [name, value] : object.items()) {
            auto field = take(record, name, value);
            bool repeated = attributes.contains(name) || (field != Field::other && object.contains("attributes"));
            if (field == Field::id || field == Field::attributes || field == Field::ours || repeated) continue;
            attributes[name] = value;
        }
        record.attributes = attributes.dump();
        return true;
    }

    const TextFile& text() const override { return *text_; }

private:
    static Field take(Record& record, const std::string& name, const Json& value) {
        auto field = field_of(name);
        record.has.set(static_cast<std::size_t>(field));
        if (field != Field::other && value.is_string()) record[field] = value.get_ref<const std::string&>();
        return field;
    }

    std::unique_ptr<TextFile> text_;
};

}  // namespace

std::unique_ptr<RecordReader> open_records(const std::string& path) {
    auto text = std::make_unique<TextFile>(path);
    // An empty file has no records, in whichever form.
    char first = text->peek();
    if (first == '[' || first == '<')
        throw Error(Code::usage,
                    fmt::format("{} is neither JSON Lines nor CSV but {}", text->path(),
                                first == '[' ? "a JSON array" : "XML or HTML"),
                    first == '[' ? "one object a line, without brackets: jq -c '.[]' FILE" : "export it as CSV");
    if (first == '{' || first == '\0') return std::make_unique<JsonReader>(std::move(text));
    return std::make_unique<CsvReader>(std::move(text));
}

}  // namespace rekey::tenants
