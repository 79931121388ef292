#include "units/helper/helper_driver.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "units/driver/listing.hpp"

namespace rekey::units {

namespace {

using protocol::Json;

/// A reload command has 60 seconds on the other side, and then is ended.
constexpr auto reload_deadline = std::chrono::seconds{90};

Json on(const SlotPath& place, Json more = Json::object()) {
    more.update(protocol::to_json(place));
    return more;
}

std::string versions_in(const Json& error) {
    std::string text;
    auto versions = error.find("versions");
    if (versions != error.end() && versions->is_array())
        for (const auto& each : *versions)
            if (each.is_number_integer() && text.size() < 40)
                text += (text.empty() ? "" : ", ") + std::to_string(each.get<std::int64_t>());
    return text.empty() ? "another" : text;
}

Error other_version(const std::string& who, const std::string& theirs) {
    return Error(Code::unreachable,
                 fmt::format("{} speaks version {} of the protocol, this rekey {}", who, theirs, protocol::version),
                 "install versions that fit together on both sides");
}

}  // namespace

template <class Read>
auto HelperDriver::checked(const char* operation, const Read& read) {
    try {
        return read();
    } catch (const Error& error) {
        child_.fail(fmt::format("its answer to {}: {}", operation, error.message()), error.hint());
    }
}

HelperDriver::HelperDriver(Launch launch, std::chrono::milliseconds deadline)
    : child_(std::move(launch)), deadline_(deadline) {
    shake_hands();
}

void HelperDriver::shake_hands() {
    auto result = ask("hello", {{"versions", Json::array({protocol::version})}, {"address", child_.launch().address}});
    auto version = checked("hello", [&] { return protocol::number(result, "version"); });
    if (version != protocol::version) throw other_version(child_.launch().who, std::to_string(version));
    can_replace_chain_ = checked("hello", [&] { return protocol::has_feature(result, "replace_chain"); });
    can_retire_ = checked("hello", [&] { return protocol::has_feature(result, "retire"); });
    name_ = checked("hello", [&] { return printable(protocol::text(result, "name")); });
}

Json HelperDriver::ask(const char* operation, Json request) { return ask(operation, std::move(request), deadline_); }

Json HelperDriver::ask(const char* operation, Json request, std::chrono::milliseconds deadline) {
    request["id"] = ++id_;
    request["op"] = operation;
    auto line = protocol::to_line(request);
    if (line.size() > limits::helper_line)
        throw Error(Code::failed, fmt::format("what is to be said to {} is too long", child_.launch().who));
    // The line itself is large, and nobody needs it once it is read.
    auto message =
        checked(operation, [&, answer = child_.exchange(std::move(line), deadline)] { return understand(answer); });
    auto error = message.find("error");
    if (error == message.end()) return std::move(message["result"]);
    if (error->is_object() && error->value("class", Json()) == "version")
        throw other_version(child_.launch().who, versions_in(*error));
    throw checked(operation, [&] { return protocol::to_error(*error, child_.launch().who); });
}

/// The form that every answer has.
Json HelperDriver::understand(const std::string& line) {
    Json message;
    try {
        message = protocol::from_line(line);
    } catch (const Error& error) {
        constexpr std::size_t shown = 60;
        throw Error(error.code(), fmt::format("'{}': {}", printable(line.substr(0, shown)), error.message()),
                    id_ == 1 ? "does something else write to its standard output, as a start-up file of a shell?" : "");
    }
    const auto& id = protocol::member(message, "id");
    if (id.is_null() && message.contains("error")) {
        auto told = protocol::to_error(message["error"], "it did not take a request for one");
        throw Error(Code::usage, told.message());
    }
    if (!id.is_number_integer() || id.get<std::int64_t>() != id_)
        throw Error(Code::usage, fmt::format("its id is {}, that of the request {}", printable(id.dump()), id_));
    if (message.contains("result") == message.contains("error"))
        throw Error(Code::usage, "it has not either 'result' or 'error'");
    if (message.contains("result") && !message["result"].is_object())
        throw Error(Code::usage, "'result' is not an object");
    return message;
}

DriverDescription HelperDriver::describe() {
    auto result = ask("describe", Json::object());
    return checked("describe", [&] {
        return DriverDescription{printable(protocol::text(result, "driver")),
                                 printable(protocol::text(result, "detail"))};
    });
}

std::vector<Holding> HelperDriver::list() {
    std::vector<Holding> found;
    ListingSize listing;
    auto request = Json::object();
    for (bool more = true; more;) {
        auto result = ask("list", request);
        checked("list", [&] {
            if (found.empty()) concerns_ = protocol::concerns(result);
            const auto& slots = protocol::member(result, "slots");
            if (!slots.is_array()) throw Error(Code::usage, "'slots' is not a list");
            if (found.size() + slots.size() > limits::slots)
                throw Error(Code::usage, fmt::format("it has more than {} slots", limits::slots));
            for (const auto& slot : slots) {
                found.push_back(protocol::holding(slot));
                listing.add(found.back());
                if (!listing.fits())
                    throw Error(Code::usage, fmt::format("the listing of all its slots is larger than {} MiB",
                                                         limits::listing / limits::mib));
            }
            more = result.contains("more") && protocol::flag(result, "more");
            if (more && slots.empty()) throw Error(Code::usage, "'more' is true, and nothing was shown");
        });
        if (more) request["after"] = protocol::to_json(found.back().place);
    }
    std::sort(found.begin(), found.end(), [](const Holding& a, const Holding& b) { return a.place < b.place; });
    auto twice = std::adjacent_find(found.begin(), found.end(),
                                    [](const Holding& a, const Holding& b) { return a.place == b.place; });
    if (twice != found.end()) child_.fail("its answer to list: a slot occurs twice");
    return found;
}

std::optional<Holding> HelperDriver::read(const SlotPath& place) {
    auto result = ask("read", on(place));
    return checked("read", [&]() -> std::optional<Holding> {
        const auto& slot = protocol::member(result, "slot");
        if (slot.is_null()) return std::nullopt;
        auto holding = protocol::holding(slot);
        if (holding.place != place) throw Error(Code::usage, "it shows another slot than it was asked for");
        return holding;
    });
}

Bytes HelperDriver::create_key(const SlotPath& place, const KeySpec& spec) {
    Json wanted{{"key", spec.key}, {"token", spec.token}};
    if (spec.keep_mode) wanted["keep_mode"] = true;
    auto result = ask("create_key", on(place, std::move(wanted)));
    return checked("create_key", [&] { return protocol::der(result, "request"); });
}

void HelperDriver::apply(const SlotPath& place, const Delivery& delivery) {
    ask("apply", on(place, protocol::to_json(delivery)));
}

bool HelperDriver::replace_chain(const SlotPath& place, const Delivery& delivery) {
    if (!can_replace_chain_) return false;
    ask("replace_chain", on(place, protocol::to_json(delivery)));
    return true;
}

void HelperDriver::reload(const SlotPath& place, const Reload& reload) {
    if (reload.command.empty()) return;
    ask("reload", on(place, protocol::to_json(reload)),
        std::max<std::chrono::milliseconds>(deadline_, reload_deadline));
}

void HelperDriver::confirm(const SlotPath& place, const Sha256& leaf) {
    ask("confirm", on(place, {{"leaf", to_hex(leaf)}}));
}

bool HelperDriver::retire(const SlotPath& place, const Sha256& leaf) {
    if (!can_retire_) return false;
    ask("retire", on(place, {{"leaf", to_hex(leaf)}}));
    return true;
}

bool HelperDriver::revert(const SlotPath& place, const Sha256& leaf, bool was_empty) {
    auto result = ask("revert", on(place, {{"leaf", to_hex(leaf)}, {"was_empty", was_empty}}));
    return checked("revert", [&] { return protocol::flag(result, "changed"); });
}

void HelperDriver::discard(const SlotPath& place, const std::string& token) {
    ask("discard", on(place, {{"token", token}}));
}

}  // namespace rekey::units
