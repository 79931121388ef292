#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"
#include "units/agent/confined.hpp"
#include "units/driver/address.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/helper/protocol.hpp"

namespace rekey::units {

namespace {

using protocol::Json;

constexpr std::size_t longest_list = limits::helper_line / 2;
/// After so long without a request, the other side is gone, though its connection was not closed.
constexpr int most_idle_ms = 60 * 60 * 1000;

class Agent {
public:
    explicit Agent(const AgentRules& rules) : rules_(rules) {}

    /// The answer to one line.
    Json answer(const std::string& line) {
        Json id;
        try {
            auto request = protocol::from_line(line);
            id = protocol::number(request, "id");
            return {{"id", id}, {"result", perform(protocol::text(request, "op"), request)}};
        } catch (const OtherVersion& other) {
            Json error{
                {"class", "version"}, {"message", other.message}, {"versions", Json::array({protocol::version})}};
            return {{"id", id}, {"error", error}};
        } catch (const Error& error) {
            return {{"id", id}, {"error", protocol::to_json(error)}};
        } catch (const std::exception& error) {
            return {{"id", id}, {"error", protocol::to_json(Error(Code::failed, error.what()))}};
        }
    }

private:
    struct OtherVersion {
        std::string message;
    };

    Json perform(const std::string& operation, const Json& request) {
        if (operation == "hello") return hello(request);
        if (!unit_) throw Error(Code::usage, "the first request is hello");
        if (operation == "describe") return describe();
        if (operation == "list") return list(request);
        const auto place = is_slot_operation(operation) ? protocol::place(request) : SlotPath{};
        if (operation == "read") return read(place);
        if (operation == "create_key") {
            bool keep_mode = request.contains("keep_mode") && protocol::flag(request, "keep_mode");
            auto made =
                unit_->create_key(place, {protocol::text(request, "key"), protocol::text(request, "token"), keep_mode});
            return protocol::to_json_der("request", made);
        }
        if (operation == "apply") return done([&] { unit_->apply(place, delivery(request)); });
        if (operation == "replace_chain") return done([&] { unit_->replace_chain(place, delivery(request)); });
        if (operation == "reload") return done([&] { reload(place, protocol::reload(request)); });
        if (operation == "confirm") return done([&] { unit_->confirm(place, protocol::leaf(request)); });
        if (operation == "retire") return done([&] { unit_->retire(place, protocol::leaf(request)); });
        if (operation == "revert") {
            bool was_empty = !request.contains("was_empty") || protocol::flag(request, "was_empty");
            return {{"changed", unit_->revert(place, protocol::leaf(request), was_empty)}};
        }
        if (operation == "discard") return done([&] { unit_->discard(place, protocol::text(request, "token")); });
        throw Error(Code::usage, fmt::format("there is no operation '{}'", printable(operation)));
    }

    static bool is_slot_operation(const std::string& operation) {
        constexpr std::array<std::string_view, 9> known{"read",    "create_key", "apply",  "replace_chain", "reload",
                                                        "confirm", "retire",     "revert", "discard"};
        return std::find(known.begin(), known.end(), operation) != known.end();
    }

    static Delivery delivery(const Json& request) {
        return Delivery(protocol::chain(request), protocol::trust(request).value_or(std::vector<Bytes>()));
    }

    template <class Action>
    static Json done(Action action) {
        action();
        return Json::object();
    }

    Json hello(const Json& request) {
        if (unit_) throw Error(Code::usage, "hello was said before");
        const auto& versions = protocol::member(request, "versions");
        if (!versions.is_array()) throw Error(Code::usage, "'versions' is not a list");
        if (std::find(versions.begin(), versions.end(), Json(protocol::version)) == versions.end())
            throw OtherVersion{fmt::format("this agent speaks version {}", protocol::version)};
        auto address = protocol::text(request, "address");
        constexpr std::string_view scheme = "dir:/";
        if (!address.starts_with(scheme))
            throw Error(Code::usage,
                        fmt::format("'{}' is not a folder: this agent serves dir:/path", printable(address)));
        unit_ =
            std::make_unique<DirDriver>([this, path = dir_path(address)] { return open_confined(path, rules_.roots); });
        return {{"version", protocol::version},
                {"name", fmt::format("rekey {}", rekey::version())},
                {"features", Json::array({"retire", "replace_chain"})}};
    }

    Json describe() {
        auto description = unit_->describe();
        return {{"driver", protocol::bounded(description.driver)}, {"detail", protocol::bounded(description.detail)}};
    }

    Json list(const Json& request) {
        std::optional<SlotPath> after;
        if (request.contains("after")) {
            if (!request["after"].is_object()) throw Error(Code::usage, "'after' is not an object");
            after = protocol::place(request["after"]);
        }
        auto slots = Json::array();
        std::size_t size = 0;
        bool more = false;
        for (const auto& holding : unit_->list()) {
            if (after && holding.place <= *after) continue;
            auto slot = protocol::to_json(sendable(holding));
            auto length = slot.dump().size();
            more = !slots.empty() && size + length > longest_list;
            if (more) break;
            size += length;
            slots.push_back(std::move(slot));
        }
        Json told{{"slots", std::move(slots)}, {"more", more}};
        if (after) return told;
        if (auto concerns = unit_->concerns(); !concerns.empty()) told["concerns"] = protocol::to_json(concerns);
        return told;
    }

    Json read(const SlotPath& place) {
        auto holding = unit_->read(place);
        return {{"slot", holding ? protocol::to_json(sendable(*holding)) : Json()}};
    }

    /// What somebody put into a slot may be more than a message takes.
    static Holding sendable(Holding holding) {
        bool large = holding.chain.size() > limits::chain ||
                     std::any_of(holding.chain.begin(), holding.chain.end(),
                                 [](const Bytes& der) { return der.size() > limits::der; });
        if (large || protocol::to_json(holding.chain).dump().size() > longest_list) {
            holding.chain.clear();
            holding.trust.reset();
            holding.trouble = "its chain is larger than the protocol allows";
        }
        bool many_roots = holding.trust && holding.trust->size() > limits::roots;
        if (many_roots || (holding.trust && protocol::to_json(*holding.trust).dump().size() > longest_list / 2))
            holding.trust.reset();
        return holding;
    }

    void reload(const SlotPath& place, const Reload& reload) {
        const auto& command = reload.command;
        if (command.empty()) return;
        if (rules_.reloads &&
            std::find(rules_.reloads->begin(), rules_.reloads->end(), command) == rules_.reloads->end())
            throw Error(Code::refused, fmt::format("this agent is not to run '{}'", printable(command)),
                        "see agent_reloads in rekey.toml(5) on that machine, and --reload where the agent is started");
        unit_->reload(place, reload);
    }

    const AgentRules& rules_;
    std::unique_ptr<DirDriver> unit_;
};

/// False when `in` has ended, or nobody is there any more.
bool read_more(int in, std::string& said) {
    std::array<char, 65536> piece;
    for (;;) {
        pollfd input{in, POLLIN, 0};
        int ready = ::poll(&input, 1, most_idle_ms);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return false;
        ssize_t got = ::read(in, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        said.append(piece.data(), static_cast<std::size_t>(got));
        return true;
    }
}

void write_all(int out, std::string_view line) {
    while (!line.empty()) {
        ssize_t written = ::write(out, line.data(), line.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0)
            throw Error(Code::failed, fmt::format("cannot answer: {}", std::generic_category().message(errno)));
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

void serve(int in, int out, const AgentRules& rules) {
    Agent agent(rules);
    std::string said;
    std::size_t looked = 0;
    for (;;) {
        auto feed = said.find('\n', looked);
        if (feed != std::string::npos && feed < limits::helper_line) {
            write_all(out, protocol::to_line(agent.answer(said.substr(0, feed))));
            said.erase(0, feed + 1);
            looked = 0;
            continue;
        }
        looked = said.size();
        if (looked >= limits::helper_line) {
            Error error(Code::usage, fmt::format("a line is longer than {} bytes", limits::helper_line));
            write_all(out, protocol::to_line({{"id", nullptr}, {"error", protocol::to_json(error)}}));
            throw error;
        }
        if (!read_more(in, said)) return;
    }
}

}  // namespace rekey::units
