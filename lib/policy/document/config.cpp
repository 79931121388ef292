#include <fcntl.h>
#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cerrno>

#include "base/files/file_errors.hpp"
#include "policy/document/config_value.hpp"
#include "policy/document/key_spelling.hpp"
#include "policy/document/rule_keys.hpp"
#include "policy/document/top_keys.hpp"
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
            if (key == "jobs") {
                config.jobs = jobs(value);
            } else if (key == "answer_deadline") {
                config.answer_deadline = answer_deadline(value);
            } else if (key == "unit_deadline") {
                config.unit_deadline = unit_deadline(value);
            } else if (key == "crl_folder") {
                config.crl_folder = absolute_path(value, "/srv/pki");
            } else if (key == "ca_file") {
                config.ca_file = absolute_path(value, "/etc/ssl/inspection-ca.pem");
            } else if (key == "agent_roots") {
                config.agent_roots = roots(value);
            } else if (key == "agent_reloads") {
                config.agent_reloads = read_allowed(value);
            } else if (key == "notify") {
                config.notify = notify(value);
            } else {
                refuse(key);
            }
        }
        return config;
    }

private:
    [[noreturn]] void fail(const toml::key& at, const std::string& what, const std::string& hint) const {
        fail_at(file_, at.source().begin, what, hint);
    }

    [[noreturn]] void refuse(const toml::key& key) const {
        if (is_among(policy_keys(), key.str()))
            fail(key,
                 fmt::format("'{}' is policy, which is kept in the home, not in a user's configuration", key.str()),
                 "take the policy of this file into the home: rekey policy load --from-config; then remove it here");
        auto hint = find_rule_key(key.str()) != nullptr
                        ? fmt::format("'{}' belongs in the policy of the home: rekey policy edit", key.str())
                        : suggestion(key.str(), machine_keys());
        fail(key, fmt::format("'{}' is not known", printable(key.str())), hint);
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

    Notify notify(const ConfigValue& value) const {
        Notify notify;
        for (const auto& [key, node] : value.table()) {
            ConfigValue each(file_, std::string(key.str()), node);
            if (key == "command") {
                notify.command = each.text();
            } else if (key == "repeat") {
                notify.repeat = each.period();
            } else if (key == "deadline") {
                notify.deadline = notify_deadline(each);
            } else {
                fail(key, fmt::format("'{}' is not known in [notify]", printable(key.str())),
                     suggestion(key.str(), {"command", "repeat", "deadline"}));
            }
        }
        if (notify.command.empty())
            value.fail("[notify] has no command, so that no notice can be sent",
                       "as in: command = \"mail -s rekey ops\"");
        return notify;
    }

    static Seconds notify_deadline(const ConfigValue& value) {
        auto period = value.period();
        if (period.approximate() > std::chrono::hours{1})
            value.fail(fmt::format("deadline cannot be {}", period.to_string()), "it is 1s to 1h");
        return period.seconds;
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

Config Config::parse(const std::string& text, const std::string& file_name) {
    auto file = printable(file_name);
    return ConfigReader(file).read(parse_toml(text, file));
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
