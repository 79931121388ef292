#include "renewal/plan/request_scope.hpp"

#include <doctest/doctest.h>

using namespace rekey;

TEST_CASE("a run keeps equal texts of equal requests") {
    renewal::SlotSelection one;
    one.units = {"b", "a"};
    one.slots = {SlotName{"c", "", "iam"}};
    renewal::SlotSelection other;
    other.slots = {SlotName{"c", "", "iam"}};
    other.where.names = {"a", "b", "a"};
    CHECK(renewal::canonical(one) == "a b c/iam");
    CHECK(renewal::canonical(one) == renewal::canonical(other));
    CHECK_FALSE(renewal::looks_for_due(renewal::canonical(one)));
}

TEST_CASE("a run says whether it looked for what is due") {
    renewal::SlotSelection due;
    due.due = true;
    CHECK(renewal::canonical(due) == "due");
    CHECK(renewal::looks_for_due("due"));
    due.units = {"a"};
    CHECK(renewal::canonical(due) == "due a");
    CHECK(renewal::looks_for_due("due a"));
    // A unit's name may begin like the word.
    CHECK_FALSE(renewal::looks_for_due("due-north"));
}

TEST_CASE("the scope of a request has all that it names, and no limit") {
    renewal::Request request;
    request.selection.where.names = {"north-*"};
    request.selection.where.limit = 3;
    request.selection.units = {"a"};
    request.selection.slots = {SlotName{"b", "n", "sm"}};
    auto scope = renewal::scope_of(request);
    CHECK(scope.names == std::vector<std::string>{"north-*", "a", "b/n/sm"});
    CHECK(scope.limit == 0);
}
