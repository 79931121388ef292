#include "units/conformance/conformance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/request.hpp"
#include "rekey/base/base.hpp"
#include "units/conformance/conformance_protocol.hpp"
#include "units/connect/launch.hpp"
#include "units/helper/helper_driver.hpp"

namespace rekey::units::conformance {

namespace {

const SlotPath default_place{"", "conformance"};
constexpr const char* greeting = "hello";
constexpr const char* greeting_says = "the helper answers, and speaks version 1";

/// Fails unless `action` is answered with an error of this code.
template <class Action>
void require_error(Code wanted, Action action) {
    try {
        action();
    } catch (const Error& error) {
        require(error.code() == wanted, "another error: " + error.message());
        return;
    }
    require(false, "it was done");
}

/// The unit under trial, with a CA of its own.
class Bench {
public:
    Bench(const Trial& trial, SlotPath place)
        : trial_(trial),
          place_(std::move(place)),
          authority_(crypto::Authority::create("ec-p256", {{"CN", "rekey conformance"}}, crypto::make_number(),
                                               trial.now - std::chrono::hours(1), trial.now + std::chrono::hours(2))) {}

    /// Connected anew after the helper was given up.
    HelperDriver& unit() {
        if (!unit_ || !unit_->lives())
            unit_ =
                std::make_unique<HelperDriver>(launch_for(trial_.address, trial_.reaching), trial_.reaching.deadline);
        return *unit_;
    }
    void hang_up() { unit_.reset(); }

    const SlotPath& place() const { return place_; }
    const std::string& key() const { return trial_.key; }

    Bytes request(const std::string& token) { return unit().create_key(place_, {trial_.key, token}); }

    std::vector<Bytes> sign(ByteView public_key) const {
        crypto::LeafTemplate leaf{crypto::make_number(),
                                  {{"CN", "conformance"}},
                                  {"dns:conformance.invalid"},
                                  {"serverAuth"},
                                  trial_.now,
                                  trial_.now + std::chrono::hours(1)};
        return {authority_.sign(leaf, public_key).der(), authority_.certificate().der()};
    }
    std::vector<Bytes> sign_request(ByteView request) const { return sign(crypto::verify_request(request).public_key); }

    /// The same leaf below the same CA, whose certificate was renewed.
    std::vector<Bytes> below_renewed_ca(const std::vector<Bytes>& chain) const {
        auto root =
            authority_.renew_root(crypto::make_number(), authority_.not_before(), trial_.now + std::chrono::hours(3));
        return {chain.front(), root.der()};
    }

    void require_holds(const std::vector<Bytes>& chain) {
        auto holding = unit().read(place_);
        if (!holding) throw_broken("nothing is in use");
        require(holding->trouble.empty(), "the slot cannot be read: " + holding->trouble);
        require(holding->chain == chain, "another chain is in use");
        require(holding->key_matches, "the key in use is not the leaf's");
    }

private:
    const Trial& trial_;
    SlotPath place_;
    crypto::Authority authority_;
    std::unique_ptr<HelperDriver> unit_;
};

const std::string first_token = "conformance-1";
const std::string second_token = "conformance-2";
const std::string third_token = "conformance-3";

void try_keys(Bench& bench, Judge& judge, Bytes& request) {
    judge.check("describe", "the unit is described", [&] {
        auto description = bench.unit().describe();
        require(!description.driver.empty(), "the kind is empty");
    });
    judge.check("read.empty", "an empty slot is null",
                [&] { require(!bench.unit().read(bench.place()).has_value(), "something was shown"); });
    judge.check("create_key.request", "a key is made, and its request proves it", [&] {
        request = bench.request(first_token);
        auto name = crypto::verify_request(request).name;
        require(name == bench.key(), fmt::format("the key is {}", name));
    });
    judge.check("create_key.again", "the same token makes no second key",
                [&] { require(bench.request(first_token) == request, "another request was returned"); });
    judge.check("create_key.reconnected", "nor does it after the connection was lost", [&] {
        bench.hang_up();
        require(bench.request(first_token) == request, "another request was returned");
    });
    judge.check("create_key.invisible", "a waiting key is not in use",
                [&] { require(!bench.unit().read(bench.place()).has_value(), "the slot is not empty"); });
    judge.check("create_key.kind", "a kind of key that cannot be is invalid", [&] {
        require_error(Code::usage, [&] { bench.unit().create_key(bench.place(), {"rot-13", second_token}); });
    });
}

void try_apply(Bench& bench, Judge& judge, const Bytes& request, std::vector<Bytes>& chain) {
    judge.check("apply.stranger", "a certificate for another key is refused, and changes nothing", [&] {
        auto other = bench.sign(crypto::PrivateKey::generate("ec-p256").public_key());
        require_error(Code::refused, [&] { bench.unit().apply(bench.place(), other); });
        require(!bench.unit().read(bench.place()).has_value(), "the slot is not empty");
        require(bench.request(first_token) == request, "the waiting key is gone");
    });
    judge.check("apply", "the new pair is in use", [&] {
        auto made = bench.sign_request(request);
        bench.unit().apply(bench.place(), made);
        bench.require_holds(made);
        chain = made;
    });
    // The rest begins with a pair in use.
    if (chain.empty()) return;
    judge.check("list", "the slot is listed", [&] {
        auto listed = bench.unit().list();
        require(std::any_of(listed.begin(), listed.end(),
                            [&](const Holding& each) {
                                return each.place == bench.place() && each.chain == chain && each.key_matches;
                            }),
                "it is not");
    });
    judge.check("apply.twice", "what is in use can be applied again", [&] {
        bench.unit().apply(bench.place(), chain);
        bench.hang_up();
        bench.unit().apply(bench.place(), chain);
        bench.require_holds(chain);
    });
    judge.check("apply.no-key", "without a waiting key, nothing is applied", [&] {
        auto other = bench.sign(crypto::PrivateKey::generate("ec-p256").public_key());
        require_error(Code::refused, [&] { bench.unit().apply(bench.place(), other); });
        bench.require_holds(chain);
    });
    judge.check("create_key.in-use", "the token of what is in use makes no second key", [&] {
        require(bench.request(first_token) == request, "another request was returned");
        bench.require_holds(chain);
    });
    judge.check("confirm", "the leaf in use can be confirmed, again too", [&] {
        bench.unit().confirm(bench.place(), sha256(chain.front()));
        bench.unit().confirm(bench.place(), sha256(chain.front()));
        bench.require_holds(chain);
    });
    judge.check("confirm.other", "another leaf cannot", [&] {
        require_error(Code::refused, [&] { bench.unit().confirm(bench.place(), sha256(view_of("none"))); });
    });
    judge.check("reload.fails", "a reload command that fails is no success", [&] {
        try {
            bench.unit().reload(bench.place(), {"exit 7"});
        } catch (const Error& error) {
            require(error.code() == Code::failed || error.code() == Code::refused, "another error: " + error.message());
            return;
        }
        require(false, "it was a success");
    });
}

void try_way_back(Bench& bench, Judge& judge, const std::vector<Bytes>& first) {
    if (first.empty()) return;
    std::vector<Bytes> second;
    judge.check("apply.second", "a second pair takes the place of the first", [&] {
        auto request = bench.request(second_token);
        bench.require_holds(first);
        second = bench.sign_request(request);
        bench.unit().apply(bench.place(), second);
        bench.require_holds(second);
    });
    judge.check("revert", "the pair before is kept, and comes back", [&] {
        require(!second.empty(), "there was no second pair");
        require(bench.unit().revert(bench.place(), sha256(second.front())), "nothing changed");
        bench.require_holds(first);
    });
    judge.check("revert.again", "going back from what is not in use changes nothing", [&] {
        require(!second.empty(), "there was no second pair");
        require(!bench.unit().revert(bench.place(), sha256(second.front())), "something changed");
        bench.require_holds(first);
    });
    judge.check("discard", "a waiting key is destroyed; what is in use stays", [&] {
        auto request = bench.request(third_token);
        bench.unit().discard(bench.place(), third_token);
        bench.unit().discard(bench.place(), third_token);
        require(bench.request(third_token) != request, "it was still there");
        bench.require_holds(first);
    });
    judge.check("discard.other", "another token destroys nothing", [&] {
        auto request = bench.request(third_token);
        bench.unit().discard(bench.place(), "conformance-none");
        require(bench.request(third_token) == request, "the waiting key is gone");
    });
    judge.check("create_key.replaces", "a new token takes the place of a waiting one", [&] {
        auto request = bench.request(third_token);
        require(bench.request("conformance-4") != request, "the same request was returned");
        auto chain = bench.sign_request(request);
        require_error(Code::refused, [&] { bench.unit().apply(bench.place(), chain); });
        bench.require_holds(first);
    });
}

/// Where the helper says that it can.
void try_replace_chain(Bench& bench, Judge& judge, const std::vector<Bytes>& first) {
    if (first.empty() || !bench.unit().can_replace_chain()) return;
    auto other = bench.below_renewed_ca(first);
    judge.check("replace_chain", "the pair in use gets another chain and keeps its key, again too", [&] {
        bench.unit().replace_chain(bench.place(), other);
        bench.require_holds(other);
        bench.hang_up();
        bench.unit().replace_chain(bench.place(), other);
        bench.require_holds(other);
    });
    judge.check("replace_chain.back", "and goes back to the one before", [&] {
        bench.unit().replace_chain(bench.place(), first);
        bench.require_holds(first);
    });
    judge.check("replace_chain.other", "where another leaf is in use, nothing is replaced", [&] {
        auto stranger = bench.sign(crypto::PrivateKey::generate("ec-p256").public_key());
        require_error(Code::refused, [&] { bench.unit().replace_chain(bench.place(), stranger); });
        bench.require_holds(first);
    });
    judge.check("replace_chain.trust", "roots to trust may come with it", [&] {
        bench.unit().replace_chain(bench.place(), {first, {other.back(), first.back()}});
        bench.require_holds(first);
    });
}

/// Where the helper says that it can.
void try_retire(Bench& bench, Judge& judge, const std::vector<Bytes>& first) {
    if (first.empty() || !bench.unit().can_retire()) return;
    std::vector<Bytes> second;
    judge.check("retire", "all keys but the one in use can be destroyed, again too", [&] {
        second = bench.sign_request(bench.request("conformance-5"));
        bench.unit().apply(bench.place(), second);
        bench.unit().retire(bench.place(), sha256(second.front()));
        bench.hang_up();
        bench.unit().retire(bench.place(), sha256(second.front()));
        bench.require_holds(second);
    });
    judge.check("retire.other", "but not where another leaf is in use", [&] {
        require_error(Code::refused, [&] { bench.unit().retire(bench.place(), sha256(first.front())); });
        bench.require_holds(second);
    });
    judge.check("retire.no-way-back", "without a pair to go back to, what is in use stays in use", [&] {
        require(!second.empty(), "there was no second pair");
        require_error(Code::refused, [&] { bench.unit().revert(bench.place(), sha256(second.front()), false); });
        bench.require_holds(second);
    });
}

/// Takes away what the rules before this one left, but for a pair that was confirmed: from that there is no way back.
void clean_up(Bench& bench, Judge& judge) {
    judge.check("discard.all", "no key waits when the trial is over", [&] {
        for (const auto* token : {"conformance-1", "conformance-2", "conformance-3", "conformance-4", "conformance-5"})
            bench.unit().discard(bench.place(), token);
        try {
            for (auto held = bench.unit().read(bench.place()); held && !held->chain.empty();
                 held = bench.unit().read(bench.place()))
                require(bench.unit().revert(bench.place(), sha256(held->chain.front()), true), "nothing changed");
        } catch (const Error& error) {
            if (error.code() != Code::refused) throw;
        }
    });
}

/// Before anything is confirmed.
void try_first(Bench& bench, Judge& judge) {
    judge.check("revert.first", "going back from the first pair leaves the slot as empty as it was", [&] {
        auto chain = bench.sign_request(bench.request("conformance-0"));
        bench.unit().apply(bench.place(), chain);
        require(bench.unit().revert(bench.place(), sha256(chain.front()), true), "nothing changed");
        require(!bench.unit().read(bench.place()).has_value(), "the slot is not empty");
        auto listed = bench.unit().list();
        require(std::none_of(listed.begin(), listed.end(),
                             [&](const Holding& each) { return each.place == bench.place(); }),
                "it is still listed");
    });
}

void require_unused(Bench& bench, bool chosen) {
    auto listed = bench.unit().list();
    if (!chosen && !listed.empty())
        throw Error(
            Code::refused,
            fmt::format("this unit is in use: it holds {} certificate{}", listed.size(), listed.size() == 1 ? "" : "s"),
            "take a scratch unit, or name a slot that is not used: --slot conformance");
    if (std::any_of(listed.begin(), listed.end(), [&](const Holding& each) { return each.place == bench.place(); }))
        throw Error(
            Code::refused,
            fmt::format("the slot {} is in use", SlotName{"", bench.place().node, bench.place().type}.on_unit()),
            "name one that is not");
}

}  // namespace

bool Judge::check(const std::string& name, const std::string& says, const std::function<void()>& rule) {
    RuleResult result{name, says, true, {}};
    try {
        rule();
    } catch (const Error& error) {
        result.passed = false;
        result.detail = error.message();
    }
    all_kept_ = all_kept_ && result.passed;
    tell_(result);
    return result.passed;
}

}  // namespace rekey::units::conformance

namespace rekey::units {

bool try_rules(const Trial& trial, const std::function<void(const RuleResult&)>& tell) {
    using namespace conformance;
    crypto::require_makeable(trial.key);
    Judge judge(tell);
    Bench bench(trial, trial.slot ? SlotPath{trial.slot->node, trial.slot->type} : default_place);
    try {
        bench.unit();
    } catch (const Error& error) {
        // That the unit is away, or not to be had, says nothing of its helper.
        if (error.code() != Code::failed) throw;
        return judge.check(greeting, greeting_says, [&] { throw Error(error); });
    }
    judge.check(greeting, greeting_says, [] {});
    require_unused(bench, trial.slot.has_value());
    try_lines(trial, bench.place(), judge);
    Bytes request;
    std::vector<Bytes> chain;
    try_first(bench, judge);
    try_keys(bench, judge, request);
    try_apply(bench, judge, request, chain);
    try_way_back(bench, judge, chain);
    try_replace_chain(bench, judge, chain);
    try_retire(bench, judge, chain);
    clean_up(bench, judge);
    return judge.all_kept();
}

}  // namespace rekey::units
