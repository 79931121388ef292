#include "renewal/plan/request_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/shortened.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"
#include "store/fleet/selection.hpp"
#include "store/runs/items.hpp"
#include "units/registry/meant_slot.hpp"

namespace rekey::renewal {

namespace {

constexpr std::size_t longest_comment = 4096;

/// For a unit that was named and holds nothing.
Error nothing_to_renew(store::Reader& store, const store::Unit& unit) {
    auto found = units::found_places(store, unit);
    return Error(Code::failed, fmt::format("unit '{}' holds no certificate that could be renewed", unit.name),
                 found.empty()
                     ? fmt::format("make the first ones: rekey certs generate {0}; look again at what it holds: "
                                   "rekey units check {0}",
                                   unit.name)
                     : "it shows places that nobody declared; to add them: " + units::how_to_declare(unit.name, found));
}

bool is_renewable(store::Reader& store, const store::Slot& slot) {
    return store::certificate_in_use(store, slot.id) || store::item_holding(store, slot.id);
}

/// Labels and types each by itself: no slot that is there need have all of them, as those of `undeclared` will.
void require_each(store::Reader& store, const store::Selection& where,
                  const std::vector<store::SlotStatus>& undeclared) {
    units::require_matches(store, where.names);
    for (const auto& label : where.labels) {
        store::Selection one;
        one.labels = {label};
        units::require_matches(store, one);
    }
    for (const auto& type : where.types) {
        store::Selection one;
        one.types = {type};
        auto is_of_type = [&](const store::SlotStatus& each) { return each.slot.name.type == type; };
        if (std::ranges::none_of(undeclared, is_of_type)) units::require_matches(store, one);
    }
}

}  // namespace

void require_selection(const Request& request) {
    const auto& selection = request.selection;
    auto filters = selection.where;
    filters.limit = 0;
    bool named = !selection.units.empty() || !selection.slots.empty() || !filters.is_empty();
    if (!named && !selection.all && !selection.due)
        throw Error(
            Code::usage, "nothing was named to renew",
            "name units or slots, select them by --label or --type, or say --all, or --due for what policy says");
    if (selection.all && (named || selection.due))
        throw Error(Code::usage, "--all selects every slot: nothing else can be given with it",
                    "leave out --all, or the rest");
    if (selection.due && request.reason)
        throw Error(Code::usage, "--due finds the reason of each renewal itself", "leave out --reason, or --due");
    if (selection.due && !request.issuer.empty())
        throw Error(Code::usage, "--due cannot move slots to another issuer",
                    fmt::format("name the slots: rekey certs renew SLOT --issuer {} --reason migration",
                                printable(request.issuer)));
    bool is_chain = request.kind == Request::Kind::chain;
    if (is_chain &&
        (request.force || request.keep_old || !request.issuer.empty() || request.reason == store::Reason::rotation ||
         request.reason == store::Reason::compromise || request.reason == store::Reason::migration))
        throw Error(Code::usage, "--chain-only keeps key and certificate: it neither moves, revokes nor overwrites any",
                    "leave out --chain-only, or --issuer, --force, --no-revoke and the reasons rotation, compromise "
                    "and migration");
    if (request.keep_old && request.reason == store::Reason::compromise)
        throw Error(Code::usage, "a key that others may have is revoked: --no-revoke contradicts --reason compromise",
                    "leave out --no-revoke; as a precaution: --reason rotation");
    if (selection.due && request.force)
        throw Error(Code::usage, "--due overwrites only what is recorded",
                    "name the slots: rekey certs renew SLOT --force");
    if (request.comment.size() > longest_comment || printable(request.comment) != request.comment)
        throw Error(Code::usage, fmt::format("'{}' cannot be a comment", shortened(request.comment)),
                    fmt::format("one line of UTF-8, {} bytes at most", longest_comment));
}

void require_named(store::Reader& store, const Request& request, const std::vector<store::SlotStatus>& undeclared) {
    bool renews = request.kind != Request::Kind::generate;
    for (const auto& name : request.selection.units) {
        auto unit = units::get_unit_among(store, name, request.selection.units);
        auto slots = store::slots_of(store, unit.id);
        bool renewable = std::ranges::any_of(slots, [&](const auto& slot) { return is_renewable(store, slot); });
        if (renews && !request.selection.due && !renewable) throw nothing_to_renew(store, unit);
    }
    for (const auto& name : request.selection.slots) {
        if (std::ranges::any_of(undeclared, [&](const auto& each) { return each.slot.name == name; })) continue;
        auto slot = units::get_slot(store, name);
        if (renews && !is_renewable(store, slot))
            throw Error(Code::failed, fmt::format("{} holds no certificate that could be renewed", name.to_string()),
                        fmt::format("make the first: rekey certs generate {} {}", name.unit, name.on_unit()));
    }
}

void require_something(store::Reader& store, const Request& request, const store::Selection& scope,
                       const std::vector<store::SlotStatus>& undeclared) {
    auto where = request.selection.where;
    where.limit = 0;
    if (where.is_empty()) return;
    if (!where.issuer.empty()) issuers::get(store, where.issuer);
    if (!undeclared.empty()) return require_each(store, where, undeclared);
    units::require_matches(store, scope);
    if (request.kind == Request::Kind::generate || request.selection.due) return;
    store::Selection named = scope;
    named.issuer.clear();
    named.state.reset();
    named.expires_before.reset();
    named.expires_from.reset();
    if (!store::selects_filled_slot(store, named))
        throw Error(Code::failed,
                    fmt::format("nothing that {} matches holds a certificate that could be renewed",
                                printable(named.to_string())),
                    "make the first ones: rekey certs generate UNIT");
}

}  // namespace rekey::renewal
