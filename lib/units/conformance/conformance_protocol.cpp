#include "units/conformance/conformance_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "crypto/encoding/base64.hpp"
#include "rekey/base/base.hpp"
#include "units/connect/launch.hpp"
#include "units/helper/protocol.hpp"

namespace rekey::units::conformance {

namespace {

using protocol::Json;

/// A version that will not be for a long time.
constexpr int far_version = 999;

/// A conversation by hand, in which what is wrong can be said.
class RawConversation {
public:
    explicit RawConversation(const Trial& trial)
        : child_(launch_for(trial.address, trial.reaching)), deadline_(trial.reaching.deadline) {}

    std::string say(const std::string& line) { return child_.exchange(line + "\n", deadline_); }
    Json ask(const Json& request) { return protocol::from_line(say(request.dump())); }
    Json hello(const Json& versions) {
        return ask({{"id", 1}, {"op", "hello"}, {"versions", versions}, {"address", child_.launch().address}});
    }
    void greet() {
        auto answer = hello(Json::array({protocol::version}));
        require(answer.contains("result"), "hello was answered " + shown(answer));
    }
    bool was_silent() const { return child_.was_silent(); }
    bool ends() { return child_.ends(deadline_); }

    static std::string shown(const Json& answer) {
        constexpr std::size_t most = 200;
        return printable(answer.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, most));
    }

private:
    Child child_;
    std::chrono::milliseconds deadline_;
};

void require_class(const Json& answer, const std::string& wanted, const Json& id) {
    auto error = answer.value("error", Json());
    bool right = error.is_object() && error.value("class", Json()) == wanted;
    require(right, fmt::format("no error of class {}: {}", wanted, RawConversation::shown(answer)));
    require(answer.value("id", Json("none")) == id,
            fmt::format("its id is not {}: {}", id.dump(), RawConversation::shown(answer)));
    protocol::text(error, "message");
}

/// The unit is still served after what it did not take.
void require_goes_on(RawConversation& talk) {
    auto answer = talk.ask({{"id", 77}, {"op", "describe"}});
    require(answer.contains("result") && answer.value("id", Json()) == 77,
            "the next request was answered " + RawConversation::shown(answer));
}

bool holds_private_key(const Json& value) {
    constexpr const char* label = "PRIVATE KEY";
    if (value.is_structured()) return std::any_of(value.begin(), value.end(), holds_private_key);
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    auto decoded = crypto::decode_base64(text);
    return text.find(label) != std::string::npos ||
           (decoded && text_of(*decoded).find(label) != std::string_view::npos);
}

void try_versions(const Trial& trial, Judge& judge) {
    judge.check("hello.newest", "the highest common version is chosen", [&] {
        RawConversation talk(trial);
        auto answer = talk.hello(Json::array({far_version, protocol::version}));
        require(answer.contains("result"), "it was answered " + RawConversation::shown(answer));
        require(protocol::number(answer["result"], "version") == protocol::version,
                "it chose " + RawConversation::shown(answer));
        protocol::text(answer["result"], "name");
    });
    judge.check("hello.version", "versions that it does not speak are refused, and its own are named", [&] {
        RawConversation talk(trial);
        auto answer = talk.hello(Json::array({far_version}));
        require_class(answer, "version", 1);
        auto versions = answer["error"].value("versions", Json());
        require(versions.is_array() && std::find(versions.begin(), versions.end(), protocol::version) != versions.end(),
                "its own are not in 'versions': " + RawConversation::shown(answer));
    });
    judge.check("hello.first", "nothing is done before hello", [&] {
        RawConversation talk(trial);
        require_class(talk.ask({{"id", 1}, {"op", "list"}}), "invalid", 1);
    });
}

void try_requests(const Trial& trial, const SlotPath& place, Judge& judge) {
    judge.check("id.echoed", "the id of a request comes back as it was", [&] {
        RawConversation talk(trial);
        talk.greet();
        constexpr std::int64_t large = 9007199254740991;
        auto answer = talk.ask({{"id", large}, {"op", "describe"}, {"unknown", {{"name", Json::array()}}}});
        require(answer.value("id", Json()) == large && answer.contains("result"),
                "answered " + RawConversation::shown(answer));
    });
    judge.check("op.unknown", "an unknown operation is invalid, and the next request is served", [&] {
        RawConversation talk(trial);
        talk.greet();
        require_class(talk.ask({{"id", 2}, {"op", "make_coffee"}}), "invalid", 2);
        require_goes_on(talk);
    });
    judge.check("member.missing", "a request without what it needs is invalid", [&] {
        RawConversation talk(trial);
        talk.greet();
        require_class(talk.ask({{"id", 2}, {"op", "apply"}, {"node", place.node}, {"type", place.type}}), "invalid", 2);
        require_class(talk.ask({{"id", 3}, {"op", "read"}, {"node", ""}}), "invalid", 3);
        require_goes_on(talk);
    });
    judge.check("name.form", "names that are none are invalid", [&] {
        RawConversation talk(trial);
        talk.greet();
        std::int64_t id = 2;
        for (std::string name : {"../x", "/etc", "-o", "", "a b", "x;y"}) {
            require_class(talk.ask({{"id", id}, {"op", "read"}, {"node", ""}, {"type", name}}), "invalid", id);
            ++id;
        }
        require_goes_on(talk);
    });
    judge.check("line.no-json", "a line that is not a request is answered with the id null, and invalid", [&] {
        RawConversation talk(trial);
        talk.greet();
        for (std::string line : {"good morning", "[1,2]", "{\"id\":2,", "7"})
            require_class(protocol::from_line(talk.say(line)), "invalid", Json());
        require_goes_on(talk);
    });
}

void try_limits(const Trial& trial, const SlotPath& place, Judge& judge) {
    judge.check("line.long", "a line that is too long is invalid, or ends the helper", [&] {
        RawConversation talk(trial);
        talk.greet();
        try {
            auto line =
                talk.say("{\"id\":2,\"op\":\"describe\",\"x\":\"" + std::string(limits::helper_line, 'x') + "\"}");
            require_class(protocol::from_line(line), "invalid", Json());
        } catch (const Error& error) {
            if (error.code() != Code::unreachable || talk.was_silent()) throw;
        }
    });
    judge.check("key.stays", "no answer has a private key in it", [&] {
        RawConversation talk(trial);
        talk.greet();
        auto on_slot = [&](const char* operation, std::int64_t id) {
            return Json{{"id", id},           {"op", operation},  {"node", place.node},
                        {"type", place.type}, {"key", trial.key}, {"token", "conformance-stays"}};
        };
        auto made = talk.ask(on_slot("create_key", 2));
        bool leaves = holds_private_key(made) || holds_private_key(talk.ask(on_slot("read", 3))) ||
                      holds_private_key(talk.ask({{"id", 4}, {"op", "list"}}));
        talk.ask(on_slot("discard", 5));
        require(made.contains("result"), "create_key was answered " + RawConversation::shown(made));
        require(!leaves, "a private key was in an answer");
    });
    judge.check("input.ends", "the helper ends when its input does", [&] {
        RawConversation talk(trial);
        talk.greet();
        require(talk.ends(), "it went on");
    });
}

}  // namespace

void try_lines(const Trial& trial, const SlotPath& place, Judge& judge) {
    try_versions(trial, judge);
    try_requests(trial, place, judge);
    try_limits(trial, place, judge);
}

}  // namespace rekey::units::conformance
