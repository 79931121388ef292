#include "base/text/csv.hpp"

#include <fmt/format.h>

#include "report/json.hpp"

namespace rekey::report {

namespace {

std::string cell(const Json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? csv_text(value.get<std::string>()) : csv_field(value.dump());
}

}  // namespace

std::string csv(const Report& report) {
    std::string text = "section,list,row,field,value\r\n";
    auto line = [&](const std::string& section, const std::string& list, const std::string& row,
                    const std::string& field, const Json& value) {
        text += fmt::format("{},{},{},{},{}\r\n", section, list, row, csv_text(field), cell(value));
    };
    const auto all = sections(report);
    for (const auto& [section, members] : all.items())
        for (const auto& [name, member] : members.items()) {
            if (!member.is_structured()) line(section, "", "", name, member);
            if (member.is_object())
                for (const auto& [field, value] : member.items()) line(section, name, "", field, value);
            if (!member.is_array()) continue;
            int row = 0;
            for (const auto& object : member) {
                ++row;
                for (const auto& [field, value] : object.items())
                    line(section, name, std::to_string(row), field, value);
            }
        }
    return text;
}

}  // namespace rekey::report
