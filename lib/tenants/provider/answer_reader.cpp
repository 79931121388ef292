#include "tenants/provider/answer_reader.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "tenants/records/json_text.hpp"

namespace rekey::tenants {

namespace {

using Json = nlohmann::json;

/// Writes JSON from the events of a parser.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void restart() {
        out_.clear();
        first_ = true;
    }
    void key(const std::string& name) {
        separate();
        append_json_string(out_, name);
        out_ += ':';
        first_ = true;
    }
    void text(const std::string& value) {
        separate();
        append_json_string(out_, value);
    }
    void raw(std::string_view value) {
        separate();
        out_ += value;
    }
    void open(char bracket) {
        separate();
        out_ += bracket;
        first_ = true;
    }
    void close(char bracket) {
        out_ += bracket;
        first_ = false;
    }

private:
    void separate() {
        if (!first_) out_ += ',';
        first_ = false;
    }

    std::string& out_;
    bool first_ = true;
};

Field api_field(std::string_view name) {
    static const ColumnNames devices(RecordKind::devices);
    static const ColumnNames coverage(RecordKind::coverage);
    auto field = devices.exact(name);
    return field == Field::other ? coverage.exact(name) : field;
}

/// What the parser tells, value by value. `depth_` counts open objects and arrays: 1 is the document,
/// a record is at 2 or, in a list, at 3, and its attributes are one deeper.
class Events {
public:
    explicit Events(const std::function<void(Record&&)>& take)
        : take_(take), attributes_(record_.attributes), relationships_(related_) {}

    bool complete() const { return complete_; }
    Paging paging;

    bool null() {
        return scalar("", [this] { writer_->raw("null"); });
    }
    bool boolean(bool value) {
        return scalar(value ? "true" : "false", [&] { writer_->raw(value ? "true" : "false"); });
    }
    bool number_integer(std::int64_t value) { return number(fmt::format_int(value).str()); }
    bool number_unsigned(std::uint64_t value) { return number(fmt::format_int(value).str()); }
    /// As it stands there: nothing is rounded.
    bool number_float(double, const std::string& text) { return number(text); }
    bool string(std::string& value) {
        if (depth_ == record_depth_ && member_ == "id") record_[Field::id] = value;
        if (depth_ == 2 && section_ == "links" && member_ == "next") paging.link = value;
        if (depth_ == 3 && section_ == "meta" && group_ == "paging" && member_ == "nextCursor") paging.cursor = value;
        return scalar(value, [&] { writer_->text(value); });
    }
    bool binary(Json::binary_t&) { return false; }

    bool key(std::string& name) {
        if (depth_ == 1)
            section_ = name;
        else if (depth_ == 2 && record_depth_ == 0)
            group_ = name;
        if (kept_depth_ != 0) {
            if (depth_ == kept_depth_) field_ = writer_ == &attributes_ ? api_field(name) : Field::other;
            writer_->key(name);
        } else {
            member_ = name;
        }
        return true;
    }

    bool start_object(std::size_t) {
        bool in_list = depth_ == 2 && data_is_list_;
        if (kept_depth_ != 0) {
            told_value("{…}");
            writer_->open('{');
        } else if (depth_ == record_depth_ && depth_ != 0 && (member_ == "attributes" || member_ == "relationships")) {
            kept_depth_ = depth_ + 1;
            writer_ = member_ == "attributes" ? &attributes_ : &relationships_;
            writer_->restart();
            writer_->open('{');
        } else if (section_ == "data" && (depth_ == 1 || in_list)) {
            record_depth_ = depth_ + 1;
            begin_record();
        } else if (in_list) {
            return false;
        }
        return deeper();
    }
    bool end_object() {
        if (kept_depth_ != 0) writer_->close('}');
        if (depth_ == kept_depth_) {
            kept_depth_ = 0;
        } else if (depth_ == record_depth_) {
            record_depth_ = 0;
            if (depth_ == 2) complete_ = true;
            add_relationships();
            if (values_ > limits::record_values) refuse_values();
            // It is kept as it is, and grew by doubling.
            record_.attributes.shrink_to_fit();
            take_(std::move(record_));
        }
        --depth_;
        return true;
    }
    bool start_array(std::size_t) {
        if (depth_ == 0) return false;
        if (kept_depth_ != 0) {
            told_value("[…]");
            writer_->open('[');
        } else if (depth_ == 1 && section_ == "data") {
            data_is_list_ = true;
        } else if (depth_ == 2 && data_is_list_) {
            return false;
        }
        return deeper();
    }
    bool end_array() {
        if (kept_depth_ != 0) writer_->close(']');
        --depth_;
        if (depth_ == 1 && data_is_list_) {
            data_is_list_ = false;
            complete_ = true;
        }
        return true;
    }
    static bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

private:
    template <class Write>
    bool scalar(std::string_view text, Write write) {
        if (kept_depth_ != 0) {
            ++values_;
            told_value(text);
            write();
            return true;
        }
        // Neither a document nor a record can be a mere value.
        return depth_ != 0 && !(depth_ == 2 && data_is_list_) && !(depth_ == 1 && section_ == "data");
    }
    bool number(const std::string& text) {
        return scalar(text, [&] { writer_->raw(text); });
    }
    /// Of a field, what stands there, whatever it is: who reads it tells whether it can be that.
    void told_value(std::string_view text) {
        if (depth_ == kept_depth_ && field_ != Field::other && field_ != Field::id) record_[field_] = text;
    }
    /// As one more attribute: what a device belongs to is as good as what it is.
    void add_relationships() {
        if (related_.size() <= std::string_view("{}").size()) return;
        bool has_others = record_.attributes != "{}";
        record_.attributes.pop_back();
        record_.attributes += fmt::format("{}\"relationships\":{}}}", has_others ? "," : "", related_);
    }
    bool deeper() {
        ++values_;
        return ++depth_ <= limits::answer_depth;
    }

    /// All that reads it would take many times its bytes.
    void refuse_values() {
        record_.attributes = "{}";
        record_.trouble = Error(Code::usage, fmt::format("its record has more than {} values", limits::record_values));
    }

    void begin_record() {
        values_ = 0;
        record_.clear();
        related_.clear();
        member_.clear();
        field_ = Field::other;
    }

    const std::function<void(Record&&)>& take_;
    Record record_;
    std::string related_;
    Writer attributes_;
    Writer relationships_;
    Writer* writer_ = nullptr;  ///< of what is kept just now
    int depth_ = 0;
    int record_depth_ = 0;    ///< 0: not in one
    int kept_depth_ = 0;      ///< of attributes, or relationships; 0: in neither
    std::size_t values_ = 0;  ///< of the record
    bool data_is_list_ = false;
    bool complete_ = false;
    std::string section_;  ///< member of the document
    std::string group_;    ///< member of a section
    std::string member_;   ///< the last key outside of attributes
    Field field_ = Field::other;
};

}  // namespace

std::optional<Paging> read_answer(const std::string& body, const std::function<void(Record&&)>& take) {
    Events events(take);
    if (!Json::sax_parse(body, &events) || !events.complete()) return std::nullopt;
    return std::move(events.paging);
}

}  // namespace rekey::tenants
