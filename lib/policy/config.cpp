#include <fcntl.h>
#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files/file_errors.hpp"
#include "policy/config_value.hpp"
#include "policy/key_spelling.hpp"
#include "policy/rule_keys.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

constexpr int most_jobs = 1024;
constexpr std::size_t largest_file = 1 << 20;

/// Reads one file into a `Config`.
class ConfigReader {
public:
    explicit ConfigReader(const std::string& file) : file_(file) {}

    Config read(const toml::table& top) const {
        Config config;
        for (const auto& [key, node] : top) {
            ConfigValue value(file_, std::string(key.str()), node);
            if (key == "defaults") {
                config.defaults = rules(value);
            } else if (key == "type") {
                config.types = tables(value, [&](const toml::key& name) { check_type(name); });
            } else if (key == "label") {
                config.labels = tables(value, [&](const toml::key& name) { check_label(name); });
            } else if (key == "jobs") {
                config.jobs = jobs(value);
            } else if (key == "answer_deadline") {
                config.answer_deadline = answer_deadline(value);
            } else if (key == "unit_deadline") {
                config.unit_deadline = unit_deadline(value);
            } else if (key == "node_order") {
                config.node_order = order(value, "node");
            } else if (key == "type_order") {
                config.type_order = order(value, "certificate type");
            } else if (key == "crl_folder") {
                config.crl_folder = absolute_path(value, "/srv/pki");
            } else if (key == "crl_validity") {
                config.crl_validity = crl_validity(value);
            } else if (key == "credentials") {
                config.credential_max_age = credential_max_age(value);
            } else if (key == "ca_file") {
                config.ca_file = absolute_path(value, "/etc/ssl/inspection-ca.pem");
            } else if (key == "agent_roots") {
                config.agent_roots = roots(value);
            } else if (key == "agent_reloads") {
                config.agent_reloads = read_allowed(value);
            } else {
                unknown_at_top(key);
            }
        }
        return config;
    }

private:
    [[noreturn]] void fail(const toml::key& at, const std::string& what, const std::string& hint) const {
        fail_at(file_, at.source().begin, what, hint);
    }

    [[noreturn]] void unknown_at_top(const toml::key& key) const {
        auto hint =
            find_rule_key(key.str()) != nullptr
                ? fmt::format("'{}' belongs into [defaults], [type.NAME] or [label.\"KEY=VALUE\"]", key.str())
                : suggestion(key.str(), {"defaults", "type", "label", "jobs", "answer_deadline", "unit_deadline",
                                         "node_order", "type_order", "crl_folder", "crl_validity", "credentials",
                                         "ca_file", "agent_roots", "agent_reloads"});
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
            known->read(ConfigValue(file_, std::string(key.str()), node), set);
        }
        return set;
    }

    template <class Check>
    std::map<std::string, RuleSet> tables(const ConfigValue& value, const Check& check) const {
        std::map<std::string, RuleSet> found;
        for (const auto& [key, node] : value.table()) {
            check(key);
            found.emplace(key.str(), rules(ConfigValue(file_, fmt::format("{}.{}", value.key(), key.str()), node)));
        }
        return found;
    }

    void check_type(const toml::key& name) const {
        if (!is_name(name.str()))
            fail(name, fmt::format("'{}' cannot be the name of a type", printable(name.str())),
                 "names are letters, digits, '.', '_' and '-'");
    }

    void check_label(const toml::key& name) const {
        auto equals = name.str().find('=');
        if (equals == std::string_view::npos || equals == 0)
            fail(name, fmt::format("'{}' is no label", printable(name.str())),
                 "write [label.\"KEY=VALUE\"], as [label.\"site=north\"]");
    }

    static int jobs(const ConfigValue& value) {
        auto count = value.number();
        if (count < 0 || count > most_jobs)
            value.fail(fmt::format("jobs cannot be {}", count),
                       fmt::format("it is 1 to {}, or 0 for as many as suit the machine", most_jobs));
        return static_cast<int>(count);
    }

    static Period unit_deadline(const ConfigValue& value) {
        auto period = value.period();
        if (period.approximate() > std::chrono::days{1})
            value.fail(fmt::format("unit_deadline cannot be {}", period.to_string()), "it is 1d at most");
        return period;
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

    static Seconds answer_deadline(const ConfigValue& value) {
        auto period = value.period();
        if (period.approximate() > std::chrono::hours{1})
            value.fail(fmt::format("answer_deadline cannot be {}", period.to_string()), "it is 1s to 1h");
        return period.seconds;
    }

    static std::string absolute_path(const ConfigValue& value, const char* example) {
        auto path = value.text();
        if (!path.starts_with('/'))
            value.fail(fmt::format("{} cannot be '{}'", value.key(), printable(path)),
                       fmt::format("it is an absolute path, as \"{}\"", example));
        return path;
    }

    std::optional<Period> credential_max_age(const ConfigValue& value) const {
        std::optional<Period> period;
        for (const auto& [key, node] : value.table()) {
            if (key != "max_age")
                fail(key, fmt::format("'{}' is not known here", printable(key.str())),
                     suggestion(key.str(), {"max_age"}));
            period = read_max_age(ConfigValue(file_, "max_age", node));
        }
        return period;
    }

    static Period crl_validity(const ConfigValue& value) {
        auto period = value.period();
        if (period.approximate() < std::chrono::hours{1} || period.approximate() > std::chrono::days{366})
            value.fail(fmt::format("crl_validity cannot be {}", period.to_string()), "it is 1h to 1y");
        return period;
    }

    static std::vector<std::string> roots(const ConfigValue& value) {
        std::vector<std::string> folders;
        const auto& list = value.list();
        // Taken for no limit, it would be the opposite of what it says.
        if (list.empty())
            value.fail("agent_roots names no folder, so that nothing could be served",
                       "name one; without the line, an agent serves all");
        for (const auto& each : list) {
            folders.push_back(each.text());
            if (!folders.back().starts_with('/'))
                each.fail(fmt::format("'{}' cannot be a root of the agent", printable(folders.back())),
                          "it is an absolute path, as \"/srv/units\"");
        }
        return folders;
    }

    const std::string& file_;
};

/// Everything in the file; nothing when it is not there.
std::optional<std::string> content_of(const std::string& path) {
    auto failed = [&](int error) {
        return unreadable(fmt::format("configuration file '{}' cannot be read", printable(path)), error);
    };
    int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    if (file < 0) throw failed(errno);
    std::string content(largest_file + 1, '\0');
    std::size_t filled = 0;
    ssize_t got = 0;
    do {
        got = ::read(file, content.data() + filled, content.size() - filled);
        if (got > 0) filled += static_cast<std::size_t>(got);
    } while (got > 0 || (got < 0 && errno == EINTR));
    int error = errno;
    close(file);
    if (got < 0) throw failed(error);
    if (filled > largest_file)
        throw Error(Code::usage, fmt::format("configuration file '{}' is larger than 1 MiB", printable(path)));
    content.resize(filled);
    return content;
}

}  // namespace

std::size_t place_in(const Order& order, const std::string& name) {
    auto place = std::find(order.begin(), order.end(), name);
    if (place == order.end()) place = std::find(order.begin(), order.end(), "*");
    return static_cast<std::size_t>(place - order.begin());
}

Config Config::parse(const std::string& text, const std::string& file_name) {
    auto file = printable(file_name);
    try {
        return ConfigReader(file).read(toml::parse(text));
    } catch (const toml::parse_error& error) {
        fail_at(file, error.source().begin, printable(error.description()), {});
    }
}

Config Config::load(const std::string& path, bool required) {
    auto content = content_of(path);
    if (content) return parse(*content, path);
    if (required)
        throw Error(Code::usage, fmt::format("configuration file '{}' is not there", printable(path)),
                    "is the path right? without --config the user's own is read, if there is one");
    return {};
}

}  // namespace rekey::policy
