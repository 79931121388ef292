#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "policy/document/config_value.hpp"
#include "policy/document/key_spelling.hpp"
#include "policy/document/rule_keys.hpp"
#include "policy/document/top_keys.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

/// Reads one document into a `Policy`.
class DocumentReader {
public:
    enum class Machine { refused, ignored };  ///< what becomes of keys that belong to config.toml

    DocumentReader(const std::string& name, Machine machine) : name_(name), machine_(machine) {}

    Policy read(const toml::table& top) const {
        Policy policy;
        for (const auto& [key, node] : top) {
            ConfigValue value(name_, std::string(key.str()), node);
            if (key == "defaults") {
                policy.defaults = rules(value);
            } else if (key == "type") {
                policy.types = tables(value, [&](const toml::key& type) { check_type(type); });
            } else if (key == "label") {
                policy.labels = tables(value, [&](const toml::key& label) { check_label(label); });
            } else if (key == "node_order") {
                policy.node_order = order(value, "node");
            } else if (key == "type_order") {
                policy.type_order = order(value, "certificate type");
            } else if (key == "crl_validity") {
                policy.crl_validity = crl_validity(value);
            } else if (key == "credentials") {
                policy.credential_max_age = credential_max_age(value);
            } else if (machine_ == Machine::refused || !is_among(machine_keys(), key.str())) {
                unknown_at_top(key);
            }
        }
        return policy;
    }

private:
    [[noreturn]] void fail(const toml::key& at, const std::string& what, const std::string& hint) const {
        fail_at(name_, at.source().begin, what, hint);
    }

    [[noreturn]] void unknown_at_top(const toml::key& key) const {
        if (is_among(machine_keys(), key.str()))
            fail(key, fmt::format("'{}' is not a policy", key.str()),
                 "it belongs to each machine, in its config.toml; see rekey.toml(5)");
        auto hint = find_rule_key(key.str()) != nullptr
                        ? fmt::format("'{}' belongs in [defaults], [type.NAME] or [label.\"KEY=VALUE\"]", key.str())
                        : suggestion(key.str(), policy_keys());
        fail(key, fmt::format("'{}' is not known", printable(key.str())), hint);
    }

    [[noreturn]] void unknown_rule(const toml::key& key) const {
        fail(key, fmt::format("'{}' is not known here", printable(key.str())), suggestion(key.str(), rule_key_names()));
    }

    RuleSet rules(const ConfigValue& value) const {
        RuleSet set;
        for (const auto& [key, node] : value.table()) {
            const auto* known = find_rule_key(key.str());
            if (known == nullptr) unknown_rule(key);
            known->read(ConfigValue(name_, std::string(key.str()), node), set);
        }
        return set;
    }

    template <class Check>
    std::map<std::string, RuleSet> tables(const ConfigValue& value, const Check& check) const {
        std::map<std::string, RuleSet> found;
        for (const auto& [key, node] : value.table()) {
            check(key);
            found.emplace(key.str(), rules(ConfigValue(name_, fmt::format("{}.{}", value.key(), key.str()), node)));
        }
        return found;
    }

    void check_type(const toml::key& type) const {
        if (!is_name(type.str()))
            fail(type, fmt::format("'{}' cannot be the name of a type", printable(type.str())),
                 "names are letters, digits, '.', '_' and '-'");
    }

    void check_label(const toml::key& label) const {
        auto equals = label.str().find('=');
        if (equals == std::string_view::npos || equals == 0)
            fail(label, fmt::format("'{}' is not a label", printable(label.str())),
                 "write [label.\"KEY=VALUE\"], as [label.\"site=north\"]");
    }

    /// Slots may be on no node, but none is without a type.
    static Order order(const ConfigValue& value, std::string_view what) {
        Order names;
        for (const auto& each : value.list()) {
            auto name = each.text();
            bool on_no_node = name.empty() && what == "node";
            if (name != "*" && !on_no_node) each.checked([&] { require_name(name, what); });
            if (std::find(names.begin(), names.end(), name) != names.end())
                each.fail(fmt::format("{} names '{}' twice", value.key(), name));
            names.push_back(std::move(name));
        }
        return names;
    }

    std::optional<Period> credential_max_age(const ConfigValue& value) const {
        std::optional<Period> period;
        for (const auto& [key, node] : value.table()) {
            if (key != "max_age")
                fail(key, fmt::format("'{}' is not known here", printable(key.str())),
                     suggestion(key.str(), {"max_age"}));
            period = read_max_age(ConfigValue(name_, "max_age", node));
        }
        return period;
    }

    static Period crl_validity(const ConfigValue& value) {
        auto period = value.period();
        if (period.approximate() < std::chrono::hours{1} || period.approximate() > std::chrono::days{366})
            value.fail(fmt::format("crl_validity cannot be {}", period.to_string()), "it is 1h to 1y");
        return period;
    }

    const std::string& name_;
    Machine machine_;
};

/// The lines, from 1, that keys of the machine and their values take up.
std::set<std::size_t> machine_lines(const toml::table& top) {
    std::set<std::size_t> lines;
    for (const auto& [key, node] : top) {
        if (!is_among(machine_keys(), key.str())) continue;
        for (auto line = key.source().begin.line; line <= node.source().end.line; ++line) lines.insert(line);
    }
    return lines;
}

std::string without_lines(const std::string& text, const std::set<std::size_t>& left_out) {
    std::string kept;
    std::size_t line = 1;
    for (std::size_t begin = 0; begin < text.size(); ++line) {
        auto end = std::min(text.find('\n', begin), text.size() - 1) + 1;
        bool blank_at_start = kept.empty() && text.find_first_not_of(" \t\r\n", begin) >= end;
        if (!left_out.contains(line) && !blank_at_start) kept.append(text, begin, end - begin);
        begin = end;
    }
    return kept;
}

void require_length(const std::string& text, const std::string& name) {
    if (text.size() > longest_document) throw Error(Code::usage, fmt::format("{} is larger than 1 MiB", name));
}

}  // namespace

std::size_t place_in(const Order& order, const std::string& name) {
    auto place = std::find(order.begin(), order.end(), name);
    if (place == order.end()) place = std::find(order.begin(), order.end(), "*");
    return static_cast<std::size_t>(place - order.begin());
}

Policy Policy::parse(const std::string& text, const std::string& name) {
    auto shown = printable(name);
    require_length(text, shown);
    return DocumentReader(shown, DocumentReader::Machine::refused).read(parse_toml(text, shown));
}

std::string policy_in_config(const std::string& text, const std::string& file_name) {
    auto shown = printable(file_name);
    require_length(text, shown);
    auto top = parse_toml(text, shown);
    DocumentReader(shown, DocumentReader::Machine::ignored).read(top);
    bool any = std::any_of(top.begin(), top.end(),
                           [](const auto& member) { return is_among(policy_keys(), member.first.str()); });
    if (!any)
        throw Error(Code::usage, fmt::format("{} has no policy in it", shown),
                    "load a document: rekey policy load FILE, or write one: rekey policy edit");
    return without_lines(text, machine_lines(top));
}

std::string table_with_issuer(const Policy& policy, const std::string& issuer) {
    if (policy.defaults.issuer == issuer) return "[defaults]";
    for (const auto& [type, rules] : policy.types)
        if (rules.issuer == issuer) return fmt::format("[type.{}]", type);
    for (const auto& [label, rules] : policy.labels)
        if (rules.issuer == issuer) return fmt::format("[label.\"{}\"]", printable(label));
    return {};
}

}  // namespace rekey::policy
