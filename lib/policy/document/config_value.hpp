#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::policy {

/// Throws Code::usage with the place in the file.
[[noreturn]] void fail_at(const std::string& file, const toml::source_position& where, const std::string& what,
                          const std::string& hint);

/// `file` is for messages. Throws Code::usage with the place for what is not TOML.
toml::table parse_toml(const std::string& text, const std::string& file);

/// One value of the configuration or of policy, with what a message about it needs. It refers to the file's name and
/// the parsed node, and lives no longer than they. What reads it throws Code::usage for a value of another kind.
class ConfigValue {
public:
    ConfigValue(const std::string& file, std::string key, const toml::node& node)
        : file_(file), key_(std::move(key)), node_(node) {}

    [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;

    /// Fails with what `check` throws, so that the place is named.
    template <class Check>
    auto checked(const Check& check) const {
        try {
            return check();
        } catch (const Error& error) {
            fail(fmt::format("{}: {}", key_, error.message()), error.hint());
        }
    }

    std::string text() const;
    bool flag() const;
    std::int64_t number() const;
    const toml::table& table() const;
    std::vector<ConfigValue> list() const;
    Period period() const;
    /// Nothing at all is a length of time too: `0d`.
    Period period_or_none() const;

    const std::string& key() const { return key_; }

private:
    [[noreturn]] void wrong_kind(std::string_view wanted) const;
    template <class T>
    const T& as_kind(std::string_view wanted) const;
    template <class T>
    const toml::value<T>& as(std::string_view wanted) const;

    const std::string& file_;
    std::string key_;
    const toml::node& node_;
};

}  // namespace rekey::policy
