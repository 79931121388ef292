#include "rekey/policy/config.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "crypto/certificates/certificate.hpp"
#include "crypto/keys/key.hpp"
#include "policy/allowed_names.hpp"
#include "policy/key_spelling.hpp"
#include "policy/templates.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/file_errors.hpp"
#include "rekey/base/names.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

constexpr int most_jobs = 1024;
constexpr std::size_t largest_file = 1 << 20;

std::string_view kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return "a string";
        case toml::node_type::integer:
            return "an integer";
        case toml::node_type::floating_point:
            return "a decimal number";
        case toml::node_type::boolean:
            return "true or false";
        case toml::node_type::array:
            return "a list";
        case toml::node_type::table:
            return "a table";
        default:
            return "a date or time";
    }
}

[[noreturn]] void fail_at(const std::string& file, const toml::source_position& where, const std::string& what,
                          const std::string& hint) {
    throw Error(Code::usage, fmt::format("{}:{}:{}: {}", file, where.line, where.column, what), hint);
}

/// One value of the file, with what a message about it needs.
class Value {
public:
    Value(const std::string& file, std::string key, const toml::node& node)
        : file_(file), key_(std::move(key)), node_(node) {}

    [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const {
        fail_at(file_, node_.source().begin, what, hint);
    }

    /// Fails with what `check` throws, so that the place is named.
    template <class Check>
    auto checked(const Check& check) const {
        try {
            return check();
        } catch (const Error& error) {
            fail(fmt::format("{}: {}", key_, error.message()), error.hint());
        }
    }

    std::string text() const { return as<std::string>("a string").get(); }
    bool flag() const { return as<bool>("true or false").get(); }
    std::int64_t number() const { return as<std::int64_t>("an integer").get(); }
    const toml::table& table() const { return as_kind<toml::table>("a table"); }

    std::vector<Value> list() const {
        std::vector<Value> values;
        for (const auto& each : as_kind<toml::array>("a list of strings")) values.emplace_back(file_, key_, each);
        return values;
    }

    Period period() const {
        auto period = period_or_none();
        if (period == Period{}) fail(fmt::format("{} cannot be {}", key_, printable(text())));
        return period;
    }

    /// Nothing at all is a length of time too: `0d`.
    Period period_or_none() const {
        if (!node_.is_string()) wrong_kind("a period as \"90d\"");
        auto written = text();
        auto period = Period::parse(written);
        if (!period)
            fail(fmt::format("{}: '{}' is no period", key_, printable(written)),
                 "a period is a number and a unit: 10y, 6mo, 2w, 90d, 24h, 30m, 45s");
        return *period;
    }

    const std::string& key() const { return key_; }

private:
    [[noreturn]] void wrong_kind(std::string_view wanted) const {
        fail(fmt::format("{} must be {}, not {}", key_, wanted, kind_of(node_)));
    }

    template <class T>
    const T& as_kind(std::string_view wanted) const {
        const T* found = node_.as<T>();
        if (found == nullptr) wrong_kind(wanted);
        return *found;
    }

    template <class T>
    const toml::value<T>& as(std::string_view wanted) const {
        const toml::value<T>* found = node_.as<T>();
        if (found == nullptr) wrong_kind(wanted);
        return *found;
    }

    const std::string& file_;
    std::string key_;
    const toml::node& node_;
};

Period read_max_age(const Value& value) {
    auto period = value.period();
    if (period.approximate() < std::chrono::days{1})
        value.fail(fmt::format("max_age cannot be {}", period.to_string()), "it is 1d or more");
    return period;
}

std::string read_key(const Value& value) {
    auto name = value.text();
    value.checked([&] { crypto::require_makeable(name); });
    return name;
}

std::string read_subject(const Value& value) {
    auto text = value.text();
    value.checked([&] {
        for (const auto& attribute : parse_subject(text)) {
            check_template(attribute.second);
            if (!is_template(attribute.second)) crypto::to_text({attribute});
        }
    });
    return text;
}

/// What can be said of a SAN before its values are known: the kind, and the whole where it has none.
void check_san(const std::string& text) {
    constexpr std::array<std::string_view, 4> kinds{"dns:", "ip:", "uri:", "email:"};
    if (std::none_of(kinds.begin(), kinds.end(), [&](std::string_view kind) { return text.starts_with(kind); }))
        throw Error(Code::usage, fmt::format("'{}' is no alternative name", printable(text)),
                    "names begin with dns:, ip:, uri: or email:, as \"dns:{unit}.fleet.example\"");
    check_template(text);
    if (!is_template(text)) crypto::normalised_sans({text});
}

std::vector<std::string> read_san(const Value& value) {
    std::vector<std::string> names;
    for (const auto& each : value.list()) {
        names.push_back(each.text());
        each.checked([&] { check_san(names.back()); });
    }
    return names;
}

std::vector<std::string> read_usages(const Value& value) {
    std::vector<std::string> names;
    for (const auto& each : value.list()) {
        names.push_back(each.text());
        each.checked([&] { crypto::normalised_usages({names.back()}); });
    }
    return names;
}

/// A list whose entries are checked one by one.
template <auto Check>
std::vector<std::string> read_checked(const Value& value) {
    std::vector<std::string> texts;
    for (const auto& each : value.list()) {
        texts.push_back(each.text());
        each.checked([&] { Check({texts.back()}); });
    }
    return texts;
}

/// An empty list allows all, which lifts what a wider table says.
std::vector<std::string> read_name_patterns(const Value& value) {
    std::vector<std::string> patterns;
    for (const auto& each : value.list()) {
        patterns.push_back(each.text());
        each.checked([&] { check_name_pattern(patterns.back()); });
    }
    return patterns;
}

std::string read_issuer(const Value& value) {
    auto name = value.text();
    value.checked([&] { require_name(name, "issuer"); });
    return name;
}

/// An empty list allows all, which lifts what a wider table says.
std::vector<std::string> read_allowed(const Value& value) {
    std::vector<std::string> names;
    for (const auto& each : value.list()) {
        names.push_back(each.text());
        if (names.back().empty()) each.fail(fmt::format("{} cannot hold an empty name", value.key()));
    }
    return names;
}

Outlive read_outlive(const Value& value) {
    auto word = value.text();
    if (word == "shorten") return Outlive::shorten;
    if (word == "refuse") return Outlive::refuse;
    value.fail(fmt::format("outlive_issuer cannot be '{}'", printable(word)), "it is \"shorten\" or \"refuse\"");
}

/// Every key that a table of rules may have, and how it is read.
struct RuleKey {
    std::string_view name;
    void (*read)(const Value&, RuleSet&);
};
constexpr std::array<RuleKey, 19> rule_keys{{
    {"validity", [](const Value& value, RuleSet& set) { set.validity = value.period(); }},
    {"renew_before", [](const Value& value, RuleSet& set) { set.renew_before = value.period(); }},
    {"renew_spread", [](const Value& value, RuleSet& set) { set.renew_spread = value.period_or_none(); }},
    {"max_age", [](const Value& value, RuleSet& set) { set.max_age = read_max_age(value); }},
    {"key", [](const Value& value, RuleSet& set) { set.key = read_key(value); }},
    {"subject", [](const Value& value, RuleSet& set) { set.subject = read_subject(value); }},
    {"san", [](const Value& value, RuleSet& set) { set.san = read_san(value); }},
    {"usages", [](const Value& value, RuleSet& set) { set.usages = read_usages(value); }},
    {"key_usage",
     [](const Value& value, RuleSet& set) { set.key_usage = read_checked<crypto::normalised_key_usage>(value); }},
    {"certificate_policies",
     [](const Value& value, RuleSet& set) {
         set.certificate_policies = read_checked<crypto::normalised_policies>(value);
     }},
    {"crl_urls", [](const Value& value, RuleSet& set) { set.crl_urls = read_checked<crypto::normalised_urls>(value); }},
    {"ocsp_urls",
     [](const Value& value, RuleSet& set) { set.ocsp_urls = read_checked<crypto::normalised_urls>(value); }},
    {"ca_issuer_urls",
     [](const Value& value, RuleSet& set) { set.ca_issuer_urls = read_checked<crypto::normalised_urls>(value); }},
    {"issuer", [](const Value& value, RuleSet& set) { set.issuer = read_issuer(value); }},
    {"allowed_keys", [](const Value& value, RuleSet& set) { set.allowed_keys = read_allowed(value); }},
    {"allowed_signatures", [](const Value& value, RuleSet& set) { set.allowed_signatures = read_allowed(value); }},
    {"allowed_names", [](const Value& value, RuleSet& set) { set.allowed_names = read_name_patterns(value); }},
    {"outlive_issuer", [](const Value& value, RuleSet& set) { set.outlive_issuer = read_outlive(value); }},
    {"revoke_superseded", [](const Value& value, RuleSet& set) { set.revoke_superseded = value.flag(); }},
}};

const RuleKey* find_rule_key(std::string_view name) {
    auto found =
        std::find_if(rule_keys.begin(), rule_keys.end(), [&](const RuleKey& each) { return each.name == name; });
    return found == rule_keys.end() ? nullptr : &*found;
}

/// Reads one file into a `Config`.
class Reader {
public:
    explicit Reader(const std::string& file) : file_(file) {}

    Config read(const toml::table& top) const {
        Config config;
        for (const auto& [key, node] : top) {
            Value value(file_, std::string(key.str()), node);
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
        std::vector<std::string_view> known;
        for (const auto& each : rule_keys) known.push_back(each.name);
        fail(key, fmt::format("'{}' is not known here", printable(key.str())), suggestion(key.str(), known));
    }

    RuleSet rules(const Value& value) const {
        RuleSet set;
        for (const auto& [key, node] : value.table()) {
            const auto* known = find_rule_key(key.str());
            if (known == nullptr) unknown_rule(key);
            known->read(Value(file_, std::string(key.str()), node), set);
        }
        return set;
    }

    template <class Check>
    std::map<std::string, RuleSet> tables(const Value& value, const Check& check) const {
        std::map<std::string, RuleSet> found;
        for (const auto& [key, node] : value.table()) {
            check(key);
            found.emplace(key.str(), rules(Value(file_, fmt::format("{}.{}", value.key(), key.str()), node)));
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

    static int jobs(const Value& value) {
        auto count = value.number();
        if (count < 0 || count > most_jobs)
            value.fail(fmt::format("jobs cannot be {}", count),
                       fmt::format("it is 1 to {}, or 0 for as many as suit the machine", most_jobs));
        return static_cast<int>(count);
    }

    static Period unit_deadline(const Value& value) {
        auto period = value.period();
        if (period.approximate() > std::chrono::days{1})
            value.fail(fmt::format("unit_deadline cannot be {}", period.to_string()), "it is 1d at most");
        return period;
    }

    /// Slots may be on no node, but none is without a type.
    static Order order(const Value& value, std::string_view what) {
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

    static Seconds answer_deadline(const Value& value) {
        auto period = value.period();
        if (period.approximate() > std::chrono::hours{1})
            value.fail(fmt::format("answer_deadline cannot be {}", period.to_string()), "it is 1s to 1h");
        return period.seconds;
    }

    static std::string absolute_path(const Value& value, const char* example) {
        auto path = value.text();
        if (!path.starts_with('/'))
            value.fail(fmt::format("{} cannot be '{}'", value.key(), printable(path)),
                       fmt::format("it is an absolute path, as \"{}\"", example));
        return path;
    }

    std::optional<Period> credential_max_age(const Value& value) const {
        std::optional<Period> period;
        for (const auto& [key, node] : value.table()) {
            if (key != "max_age")
                fail(key, fmt::format("'{}' is not known here", printable(key.str())),
                     suggestion(key.str(), {"max_age"}));
            period = read_max_age(Value(file_, "max_age", node));
        }
        return period;
    }

    static Period crl_validity(const Value& value) {
        auto period = value.period();
        if (period.approximate() < std::chrono::hours{1} || period.approximate() > std::chrono::days{366})
            value.fail(fmt::format("crl_validity cannot be {}", period.to_string()), "it is 1h to 1y");
        return period;
    }

    static std::vector<std::string> roots(const Value& value) {
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
        return Reader(file).read(toml::parse(text));
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
