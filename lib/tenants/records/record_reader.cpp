#include "tenants/records/record_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <map>
#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "base/text/csv.hpp"
#include "base/text/flat_json.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "tenants/records/json_objects.hpp"
#include "tenants/records/json_text.hpp"

namespace rekey::tenants {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t position(Field field) { return static_cast<std::size_t>(field); }

/// What an export adds for people; a list of others may have columns of these names.
bool is_added(std::string_view name) {
    constexpr std::string_view added[] = {"tenant",        "product",         "order",     "server", "coverage_status",
                                          "coverage_ends", "coverage_renews", "days_left", "renews"};
    return std::find(std::begin(added), std::end(added), name) != std::end(added);
}

/// The columns that an export has for what a record is; all others are added, or attributes.
bool is_own(std::string_view name) {
    return store::has_field(store::device_fields, name) || store::has_field(store::coverage_fields, name);
}

/// Counted before it is parsed: as a tree, each takes many times its bytes. Commas in texts count as well.
bool has_many_values(std::string_view json) {
    return json.size() >= limits::record_values &&
           static_cast<std::size_t>(std::ranges::count(json, ',')) >= limits::record_values;
}

/// Before the name of an attribute that would be taken for something else.
constexpr std::string_view attribute_prefix = "attributes.";

/// Begins and ends the attributes of records that follow each other. They have about one size, and are kept: what they
/// take beyond it adds up.
class AttributesWriter {
public:
    void begin(std::string& attributes) const {
        attributes.reserve(std::min(last_size_, most_beyond));
        attributes = '{';
    }
    void end(std::string& attributes) {
        attributes += '}';
        last_size_ = attributes.size();
        if (attributes.capacity() - last_size_ > most_beyond) attributes.shrink_to_fit();
    }

private:
    static constexpr std::size_t most_beyond = limits::kib;
    std::size_t last_size_ = 0;
};

class CsvReader : public RecordReader {
public:
    CsvReader(std::unique_ptr<TextFile> text, RecordKind kind, const std::string& map)
        : text_(std::move(text)), csv_(*text_), names_(kind, map) {
        find_origin();
        find_columns();
        require_known();
    }

    bool next(Record& record) override {
        record.clear();
        try {
            if (!csv_.next(cells_)) return false;
        } catch (const Error& e) {
            if (!csv_.can_go_on()) throw;
            record.trouble = e;
            return true;
        }
        record.has = has_;
        record.origin = origin_;
        written_.begin(record.attributes);
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            const auto& column = columns_[i];
            auto cell = without_csv_guard(cells_[i]);
            if (column.field != Field::other) record[column.field] = cell;
            if (cell.empty() || !column.is_attribute) continue;
            if (record.attributes.size() > 1) record.attributes += ',';
            record.attributes += column.key;
            append_value(record.attributes, cell);
        }
        if (has_attributes_) add_attributes(record);
        written_.end(record.attributes);
        return true;
    }

    void stop() override { text_->stop(); }
    const TextFile& text() const override { return *text_; }

private:
    struct Column {
        Field field;
        std::string key;  ///< with its colon
        bool is_attribute;
    };

    bool has_column(std::string_view name) const {
        return std::find(csv_.header().begin(), csv_.header().end(), name) != csv_.header().end();
    }

    /// An export has either all attributes in a column, or a column for each of them.
    void find_origin() {
        has_attributes_ = has_column("attributes");
        bool devices = has_column("inactive_since") && has_column("first_seen");
        bool coverage = has_column("device_id") && has_column("days_left");
        if (has_column("last_seen") && (has_attributes_ || devices || coverage)) origin_ = Origin::ours;
    }

    /// Of two columns for one thing, it is the one whose name says so best; the other keeps its own name.
    void find_columns() {
        std::vector<Meaning> meanings;
        std::map<std::string, std::size_t> best;
        auto whose = [](const Meaning& meaning, const std::string& name) {
            if (!meaning.attribute.empty()) return meaning.attribute;
            return meaning.field == Field::other ? " " + name : fmt::format("  {}", position(meaning.field));
        };
        for (const auto& name : csv_.header()) {
            meanings.push_back(origin_ == Origin::ours ? own_meaning(name) : names_.meaning(name));
            auto [found, is_first] = best.emplace(whose(meanings.back(), name), meanings.size() - 1);
            if (!is_first && meanings.back().rank < meanings[found->second].rank) found->second = meanings.size() - 1;
        }
        for (std::size_t i = 0; i < meanings.size(); ++i) {
            const auto& name = csv_.header()[i];
            bool is_it = best[whose(meanings[i], name)] == i;
            Column column{is_it ? meanings[i].field : Field::other, {}, is_attribute(name, meanings[i].field)};
            append_json_string(column.key, is_it && !meanings[i].attribute.empty() ? meanings[i].attribute : name);
            column.key += ':';
            has_.set(position(column.field));
            columns_.push_back(std::move(column));
        }
    }

    Meaning own_meaning(std::string_view name) const {
        name = without_csv_guard(name);
        if (!has_attributes_ && name.starts_with(attribute_prefix))
            return {Field::other, std::string(name.substr(attribute_prefix.size())), 0};
        if (is_own(name)) return {names_.exact(name), "", 0};
        return {Field::other, is_added(name) ? std::string() : std::string(name), 0};
    }

    bool is_attribute(const std::string& name, Field field) const {
        if (field >= Field::attributes && field != Field::other) return false;
        if (origin_ != Origin::ours) return field != Field::id && !name.empty();
        // These are both, and have one column, unless the attribute has its own.
        if (field == Field::status || field == Field::description)
            return !has_attributes_ && !has_column(std::string(attribute_prefix) + name);
        return field == Field::other && !is_added(name);
    }

    /// A file of which no column is understood is none of these.
    void require_known() const {
        if (has_[position(Field::id)] || has_[position(Field::serial)] || has_[position(Field::device)]) return;
        std::string shown;
        constexpr std::size_t enough = 6;
        for (std::size_t i = 0; i < std::min(enough, csv_.header().size()); ++i)
            shown += fmt::format("{}'{}'", i == 0 ? "" : ", ", printable(csv_.header()[i]));
        text_->fail(
            fmt::format("no column with serial numbers among {}{}", shown, csv_.header().size() > enough ? ", …" : ""),
            "names that are known: rekey tenants import --columns; others: --map FILE");
    }

    /// With a column for each attribute, values other than texts are JSON.
    void append_value(std::string& out, std::string_view cell) const {
        bool may_be_json = origin_ == Origin::ours && !has_attributes_ &&
                           (cell == "true" || cell == "false" || cell == "null" || cell.front() == '[' ||
                            cell.front() == '{' || cell.front() == '"');
        if (may_be_json && Json::accept(cell))
            out += cell;
        else
            append_json_string(out, cell);
    }

    void add_attributes(Record& record) {
        const auto& given = record[Field::attributes];
        if (given.empty()) return;
        if (has_many_values(given)) {
            record.trouble = text_->error(fmt::format("attributes with more than {} values", limits::record_values));
            return;
        }
        auto object = Json::parse(given, nullptr, false);
        if (!object.is_object()) {
            record.trouble = text_->error("the attributes are no JSON object");
            return;
        }
        auto members = object.dump();
        if (object.empty()) return;
        if (record.attributes.size() > 1) record.attributes += ',';
        record.attributes.append(members, 1, members.size() - 2);
    }

    std::unique_ptr<TextFile> text_;
    CsvFile csv_;
    ColumnNames names_;
    Origin origin_ = Origin::list;
    std::vector<Column> columns_;
    std::bitset<field_count> has_;
    std::vector<std::string_view> cells_;
    AttributesWriter written_;
    bool has_attributes_ = false;
};

/// JSON Lines, or objects in whatever else.
class JsonReader : public RecordReader {
public:
    JsonReader(std::unique_ptr<TextFile> text, RecordKind kind, const std::string& map)
        : text_(std::move(text)), objects_(*text_), names_(kind, map), by_line_(has_object_lines()) {}

    bool next(Record& record) override {
        record.clear();
        std::string_view source;
        if (!next_object(source)) return false;
        if (has_many_values(source))
            record.trouble = text_->error(fmt::format("a record with more than {} values", limits::record_values));
        else if (json_.read(source) && json_.is_object(FlatJson::root))
            take(record, FlatJson::root);
        else
            record.trouble = text_->error("no JSON object", "JSON Lines have one object a line");
        return true;
    }

    void stop() override { text_->stop(); }
    const TextFile& text() const override { return *text_; }

private:
    using Node = FlatJson::Node;

    struct NamedMember {
        Node node;
        std::string_view name;
        const Meaning* meaning;
    };

    /// Whether the first line is a record; it may also be a document, or the beginning of one.
    bool has_object_lines() {
        if (text_->peek() != '{') return text_->peek() == '\0';
        auto line = text_->peek_line();
        if (has_many_values(line)) return false;
        if (!json_.read(line) || !json_.is_object(FlatJson::root)) return false;
        bool is_document = false;
        each_member(FlatJson::root, [&](Node member) {
            if (json_.kind(member) == FlatJson::Kind::array && holds_records(json_.name(member))) is_document = true;
        });
        return !is_document;
    }

    bool next_object(std::string_view& source) {
        if (!by_line_) {
            bool more = objects_.next(slice_);
            source = slice_;
            return more;
        }
        do
            if (!text_->next(source)) return false;
        while (source.find_first_not_of(" \t") == std::string_view::npos);
        return true;
    }

    template <class Visit>
    void each_member(Node object, const Visit& visit) {
        for (auto member = json_.begin(object); member != json_.end(object); member = json_.after(member))
            visit(member);
    }
    bool contains(Node object, std::string_view name) const { return json_.find(object, name) != FlatJson::none; }

    void take(Record& record, Node object) {
        auto own = json_.find(object, "attributes");
        auto data = json_.find(object, "data");
        // One device asked for alone.
        if (own == FlatJson::none && data != FlatJson::none && json_.is_object(data)) return take(record, data);
        if (own == FlatJson::none || !json_.is_object(own)) return take_list(record, object);
        record.origin = contains(object, "last_seen") ? Origin::ours : Origin::provider;
        each_member(own, [&](Node member) {
            auto field = names_.exact(json_.name(member));
            if (field != Field::id && field < Field::attributes) set(record, field, member);
        });
        record.attributes = json_.written(own);
        record.attributes.pop_back();
        each_member(object, [&](Node member) { take_beside(record, own, member); });
        record.attributes += '}';
    }

    /// A member beside the object `own` of attributes.
    void take_beside(Record& record, Node own, Node member) {
        auto name = json_.name(member);
        auto field = names_.exact(name);
        if (field != Field::other) {
            if (field != Field::attributes) set(record, field, member);
            return;
        }
        bool known = name == "type" || name == "links" || (record.origin == Origin::ours && is_added(name));
        if (!known && !contains(own, name)) add_member(record.attributes, name, member);
    }

    void take_list(Record& record, Node object) {
        members_.clear();
        each_member(object, [&](Node member) {
            auto name = json_.name(member);
            members_.push_back({member, name, &names_.meaning(name)});
        });
        for (const auto& [member, name, meaning] : members_) {
            bool better = !record.names(meaning->field) || meaning->rank < record.rank(meaning->field);
            if (meaning->field == Field::other || !better) continue;
            set(record, meaning->field, member);
            record.rank(meaning->field) = meaning->rank;
        }
        renamed_.clear();
        written_.begin(record.attributes);
        for (const auto& each : members_) take_attribute(record, object, each);
        written_.end(record.attributes);
    }

    /// Under the name that the provider has for it, where it is the one member that means this.
    void take_attribute(Record& record, Node object, const NamedMember& member) {
        const auto& meaning = *member.meaning;
        bool kept = meaning.field != Field::id && (meaning.field < Field::attributes || meaning.field == Field::other);
        if (!kept || is_type(member)) return;
        bool is_it = meaning.field == Field::other || meaning.rank == record.rank(meaning.field);
        std::string_view attribute = meaning.attribute;
        bool taken = std::ranges::find(renamed_, attribute) != renamed_.end() ||
                     (member.name != attribute && contains(object, attribute));
        if (!is_it || attribute.empty() || taken) return add_member(record.attributes, member.name, member.node);
        renamed_.push_back(attribute);
        add_member(record.attributes, attribute, member.node);
    }

    bool is_type(const NamedMember& member) const {
        auto text = json_.text(member.node);
        return member.name == "type" && (text == "orgDevices" || text == "appleCareCoverage");
    }

    /// To an object that is written up to here.
    void add_member(std::string& object, std::string_view name, Node value) const {
        if (object.size() > 1) object += ',';
        append_json_text(object, name, BeyondAscii::raw);
        object += ':';
        object += json_.written(value);
    }

    /// A value that is no text where one is expected is shown as it is written.
    void set(Record& record, Field field, Node given) {
        record.has.set(position(field));
        auto value = record.origin == Origin::list ? unwrapped(given) : given;
        auto kind = json_.kind(value);
        if (kind == FlatJson::Kind::null)
            record[field].clear();
        else
            record[field] = kind == FlatJson::Kind::text ? json_.text(value) : json_.written(value);
    }

    /// Answers of asset management, as Snipe-IT's, have `{"date": …, "formatted": …}` and `{"id": …, "name": …}`.
    Node unwrapped(Node value) const {
        for (const char* name : {"datetime", "date", "name"})
            if (auto found = json_.find(value, name);
                found != FlatJson::none && json_.kind(found) == FlatJson::Kind::text)
                return found;
        return value;
    }

    std::unique_ptr<TextFile> text_;
    JsonObjects objects_;
    std::string slice_;
    ColumnNames names_;
    FlatJson json_{BeyondAscii::raw};  ///< the record at hand, to which the following refers
    std::vector<NamedMember> members_;
    AttributesWriter written_;
    std::vector<std::string_view> renamed_;  ///< the provider's names that are given already
    bool by_line_;
};

}  // namespace

std::string attribute_column(RecordKind kind, const std::string& attribute) {
    bool free = kind == RecordKind::devices && attribute == "description";
    bool taken = is_own(attribute) || is_added(attribute) || attribute.starts_with(attribute_prefix);
    return taken && !free ? std::string(attribute_prefix) + attribute : attribute;
}

std::unique_ptr<RecordReader> open_records(const std::string& path, RecordKind kind, const std::string& map) {
    auto text = std::make_unique<TextFile>(path);
    // An empty file has no records, in whichever form.
    char first = text->peek();
    if (text->peek_line().starts_with("PK\x03\x04"))
        throw Error(Code::usage, fmt::format("{} is a spreadsheet or an archive, and no text", text->path()),
                    "save it as CSV UTF-8");
    if (first == '<')
        throw Error(Code::usage, fmt::format("{} is neither JSON nor CSV but XML or HTML", text->path()),
                    "export it as CSV");
    if (first == '{' || first == '[' || first == '\0') return std::make_unique<JsonReader>(std::move(text), kind, map);
    return std::make_unique<CsvReader>(std::move(text), kind, map);
}

}  // namespace rekey::tenants
