#include "output/messages.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

std::string_view word(MessageLevel level) {
    switch (level) {
        case MessageLevel::note:
            return "note";
        case MessageLevel::warning:
            return "warning";
        case MessageLevel::error:
            break;
    }
    return "error";
}

std::string_view prefix(MessageLevel level) {
    switch (level) {
        case MessageLevel::note:
            return "";
        case MessageLevel::warning:
            return "warning: ";
        case MessageLevel::error:
            break;
    }
    return "rekey: ";
}

std::string_view without_indent(std::string_view text) {
    auto start = text.find_first_not_of(' ');
    return start == std::string_view::npos ? "" : text.substr(start);
}

std::string json_line(const Message& message) {
    auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    nlohmann::ordered_json object{
        {"time", to_rfc3339(now)}, {"level", word(message.level)}, {"message", without_indent(message.text)}};
    auto add = [&](const char* key, std::string_view value) {
        if (!value.empty()) object[key] = value;
    };
    add("hint", message.hint);
    add("unit", message.about.unit);
    add("slot", message.about.slot);
    add("tenant", message.about.tenant);
    // Only ASCII, whatever a unit answered: a collector drops a line that it cannot read.
    return object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

MessageSubject about_unit(const std::string& unit) { return {unit, "", ""}; }

MessageSubject about_slot(const SlotName& slot) { return {slot.unit, slot.to_string(), ""}; }

MessageSubject about_tenant(const std::string& tenant) { return {"", "", tenant}; }

namespace {

/// Whatever a unit, a provider or a file put into it, a terminal shows and does not obey; only its lines are lines.
std::string shown(std::string_view text) {
    std::string lines;
    for (;;) {
        auto end = text.find('\n');
        lines += printable(text.substr(0, end));
        if (end == std::string_view::npos) return lines;
        lines += '\n';
        text.remove_prefix(end + 1);
    }
}

}  // namespace

std::string lines_of(LogFormat format, const Message& message) {
    if (format == LogFormat::json) return json_line(message);
    return fmt::format("{}{}\n{}{}{}", prefix(message.level), shown(message.text), message.hint.empty() ? "" : "  ",
                       shown(message.hint), message.hint.empty() ? "" : "\n");
}

void tell(LogFormat format, const Message& message) {
    // What was printed before is read before, wherever the two streams go.
    std::fflush(stdout);
    auto lines = lines_of(format, message);
    std::fwrite(lines.data(), 1, lines.size(), stderr);
}

}  // namespace rekey::cli
