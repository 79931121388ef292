#include "store/fleet/selection.hpp"

#include "rekey/store/fleet.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/issuers.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/fleet_scan.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// Units `north-1`, `north-2` and `south-1` at their sites, each with slots for `online` and on two nodes for `iam`.
struct Sites {
    StoreFolder scratch;
    Store store = scratch.create();
    Issuer ca = issuer_named("ca");

    Sites() {
        store.write([&](Transaction& transaction) {
            add_issuer(transaction, ca);
            add(transaction, "north-1", {{"site", "north"}, {"line", "a"}});
            add(transaction, "north-2", {{"site", "north"}});
            add(transaction, "south-1", {{"site", "south"}, {"note", "a,b"}});
            add(transaction, "spare", {});
        });
    }

    void add(Transaction& transaction, const std::string& name, const Labels& labels) const {
        auto unit = unit_named(name);
        unit.labels = labels;
        add_unit(transaction, unit);
        if (name == "spare") return;
        ensure_slot(transaction, unit, "", "online");
        for (const auto* node : {"main", "side"}) ensure_slot(transaction, unit, node, "iam");
    }

    void fill(const std::string& slot, const std::string& number, Time not_after, bool signed_here) {
        store.write([&](Transaction& transaction) {
            auto found = find_slot(transaction, *SlotName::parse(slot));
            REQUIRE(found);
            auto state = signed_here ? CertificateState::active : CertificateState::foreign;
            auto certificate = certificate_in(*found, number, state);
            certificate.facts.not_after = not_after;
            if (signed_here) certificate.issuer_id = ca.id;
            add_certificate(transaction, certificate, {});
        });
    }

    std::string slots(const Selection& selection) {
        std::string all;
        each_slot(store, selection, [&](const SlotStatus& status) { all += status.slot.name.to_string() + " "; });
        return all;
    }
    std::string units(const Selection& selection) {
        std::string all;
        each_unit(store, selection, [&](const Unit& unit) { all += unit.name + " "; });
        std::string same;
        each_unit_status(store, selection, [&](const UnitStatus& status) { same += status.unit.name + " "; });
        CHECK(all == same);
        CHECK(selects_unit(store, selection) == !all.empty());
        return all;
    }
};

Selection labelled(std::initializer_list<std::string> labels) {
    Selection selection;
    for (const auto& label : labels) selection.labels.push_back(LabelCondition::parse(label).value());
    return selection;
}

}  // namespace

TEST_CASE("a name has one to three parts, and patterns stay within a part") {
    CHECK(NamePattern::parse("pump-1")->is_unit());
    CHECK(NamePattern::parse("pump-1")->is_exact());
    CHECK(NamePattern::parse("north-*")->is_unit());
    CHECK(!NamePattern::parse("north-*")->is_exact());
    auto slot = NamePattern::parse("*/n?/iam");
    REQUIRE(slot);
    CHECK(slot->unit == "*");
    CHECK(slot->node == "n?");
    CHECK(slot->type == "iam");
    CHECK(slot->to_string() == "*/n?/iam");
    for (const auto* wrong : {"", "/", "a/", "/a", "a//b", "a/b/c/d", "-a", "a b", "[ab]", "a'b", "ä"})
        CHECK_MESSAGE(!NamePattern::parse(wrong), wrong);
}

TEST_CASE("a condition on a label is told as it was written") {
    for (const auto* text : {"site=north", "site=north,south", "site!=north", "site=", "site=a=b", "note=a\\,b,c\\\\"})
        CHECK(LabelCondition::parse(text)->to_string() == text);
    CHECK(LabelCondition::parse("note=a\\,b,c")->values == std::vector<std::string>{"a,b", "c"});
    CHECK(LabelCondition::parse("site!=north")->excludes);
    for (const auto* wrong : {"", "site", "=north", "!=north", "si te=north"})
        CHECK_MESSAGE(!LabelCondition::parse(wrong), wrong);
}

TEST_CASE("nothing given selects everything") {
    Sites sites;
    CHECK(Selection{}.is_empty());
    CHECK(sites.units({}) == "north-1 north-2 south-1 spare ");
    CHECK(sites.slots({}) ==
          "north-1/online north-1/main/iam north-1/side/iam north-2/online north-2/main/iam north-2/side/iam "
          "south-1/online south-1/main/iam south-1/side/iam ");
}

TEST_CASE("units and slots are selected by name and by pattern, each once and in order") {
    Sites sites;
    CHECK(sites.slots({"north-1"}) == "north-1/online north-1/main/iam north-1/side/iam ");
    CHECK(sites.slots({"south-1/online", "north-2/main/iam", "south-1/online"}) == "north-2/main/iam south-1/online ");
    CHECK(sites.slots({"north-*/online"}) == "north-1/online north-2/online ");
    CHECK(sites.slots({"*/*/iam", "north-1"}) ==
          "north-1/online north-1/main/iam north-1/side/iam north-2/main/iam north-2/side/iam south-1/main/iam "
          "south-1/side/iam ");
    CHECK(sites.slots({"*-1/s*/iam", "spare"}) == "north-1/side/iam south-1/side/iam ");
    CHECK(sites.slots({"north-1/online", "north-?/main/*"}) == "north-1/online north-1/main/iam north-2/main/iam ");
    // UNIT/TYPE is a slot without a node.
    CHECK(sites.slots({"*/iam"}) == "");
    CHECK(sites.slots({"North-*"}) == "");
    CHECK(sites.units({"north-*", "spare"}) == "north-1 north-2 spare ");
    CHECK(sites.units({"*/main/iam"}) == "north-1 north-2 south-1 ");
    CHECK(sites.units({"north-1/online", "spare"}) == "north-1 spare ");
    CHECK(sites.units({"north-1/offline"}) == "");
    CHECK(code_of([&] { sites.slots({"north-1; --"}); }) == Code::usage);
    CHECK(code_of([&] { sites.slots({"[n]*"}); }) == Code::usage);
}

TEST_CASE("labels: all conditions hold, one value of each does, and a unit without a label is none of its values") {
    Sites sites;
    CHECK(sites.units(labelled({"site=north"})) == "north-1 north-2 ");
    CHECK(sites.units(labelled({"site=north", "line=a"})) == "north-1 ");
    CHECK(sites.units(labelled({"site=north", "site=south"})) == "");
    CHECK(sites.units(labelled({"site=north,south"})) == "north-1 north-2 south-1 ");
    CHECK(sites.units(labelled({"site!=north"})) == "south-1 spare ");
    CHECK(sites.units(labelled({"site!=north,south"})) == "spare ");
    CHECK(sites.units(labelled({"note=a\\,b"})) == "south-1 ");
    CHECK(sites.units(labelled({"site=' OR 1=1 --"})) == "");
    CHECK(sites.slots(labelled({"line=a"})) == "north-1/online north-1/main/iam north-1/side/iam ");
    auto both = labelled({"site=north"});
    both.names = {"*-1"};
    both.types = {"online"};
    CHECK(sites.slots(both) == "north-1/online ");
    CHECK(sites.units(both) == "north-1 ");
}

TEST_CASE("types, issuer, state and end are of slots and of what they hold") {
    Sites sites;
    sites.fill("north-1/online", "A1", noon + day, true);
    sites.fill("north-2/online", "A2", noon + 9 * day, true);
    sites.fill("south-1/main/iam", "A3", noon + day, false);
    Selection selection;
    selection.types = {"online", "web"};
    CHECK(sites.slots(selection) == "north-1/online north-2/online south-1/online ");
    CHECK(sites.units(selection) == "north-1 north-2 south-1 ");
    selection = {};
    selection.issuer = "ca";
    CHECK(sites.slots(selection) == "north-1/online north-2/online ");
    CHECK(sites.units(selection) == "north-1 north-2 ");
    selection.issuer = "other";
    CHECK(sites.slots(selection) == "");
    selection = {};
    selection.state = CertificateState::foreign;
    CHECK(sites.slots(selection) == "south-1/main/iam ");
    CHECK(sites.units(selection) == "south-1 ");
    selection = {};
    selection.expires_before = noon + 2 * day;
    CHECK(sites.slots(selection) == "north-1/online south-1/main/iam ");
    selection.names = {"north-*"};
    CHECK(sites.units(selection) == "north-1 ");
    CertificateFilter filter;
    filter.which = selection;
    std::string listed;
    each_certificate(sites.store, filter, [&](const Certificate& each) { listed += each.facts.number + " "; });
    CHECK(listed == "A1 ");
    CHECK(selects_filled_slot(sites.store, {"north-*"}));
    CHECK(!selects_filled_slot(sites.store, {"*/side/iam"}));
}

TEST_CASE("a limit takes the first in order") {
    Sites sites;
    Selection selection;
    selection.limit = 2;
    CHECK(sites.slots(selection) == "north-1/online north-1/main/iam ");
    CHECK(sites.units(selection) == "north-1 north-2 ");
    selection.names = {"*/online"};
    CHECK(sites.slots(selection) == "north-1/online north-2/online ");
}

TEST_CASE("equal selections have equal words") {
    auto one = labelled({"site=north", "line=a"});
    one.names = {"b", "a", "b"};
    one.types = {"iam"};
    one.expires_before = noon;
    one.expiring = "30d";
    one.limit = 5;
    CHECK(one.to_string() == "a b --label line=a --label site=north --type iam --expiring 30d --limit 5");
    auto other = labelled({"line=a", "site=north"});
    other.names = {"a", "b"};
    other.types = {"iam"};
    other.expires_before = noon + day;
    other.expiring = "30d";
    other.limit = 5;
    CHECK(other.to_string() == one.to_string());
    CHECK(Selection{}.to_string().empty());
}

TEST_CASE("ten thousand names are taken, more are refused") {
    Sites sites;
    std::vector<std::string> names;
    for (int i = 0; i < 9'998; ++i) names.push_back("x" + std::to_string(i) + "/online");
    names.emplace_back("north-1/online");
    names.emplace_back("south-1");
    CHECK(sites.slots(names) == "north-1/online south-1/online south-1/main/iam south-1/side/iam ");
    CHECK(sites.units(names) == "north-1 south-1 ");
    names.emplace_back("one-more");
    CHECK(code_of([&] { sites.slots(names); }) == Code::usage);
}

TEST_CASE("labels are listed, each once, without those of removed units") {
    Sites sites;
    auto listed = [&](const std::string& key) {
        std::string all;
        each_label(sites.store, key, [&](const std::string& each) { all += each + " "; });
        return all;
    };
    CHECK(listed("") == "line note site ");
    CHECK(listed("site") == "north south ");
    auto gone = find_unit(sites.store, "south-1");
    gone->removed_at = noon;
    sites.store.write([&](Transaction& transaction) { update_unit(transaction, *gone); });
    CHECK(listed("site") == "north ");
    CHECK(!selects_unit(sites.store, {"south-1"}));
    CHECK(selects_unit(sites.store, {"south-1"}, {true, false}));
}

TEST_CASE("the most used label is the one that most of the selected units have") {
    Sites sites;
    CHECK(most_used_label(sites.store, {}) == "site");
    // Of equals the first in order.
    CHECK(most_used_label(sites.store, {"south-1"}) == "note");
    CHECK_FALSE(most_used_label(sites.store, {"spare"}));
}
