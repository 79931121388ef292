#include "output/unified_diff.hpp"

#include <doctest/doctest.h>

using namespace rekey::cli;

namespace {

std::string diff_of(const std::string& before, const std::string& after) {
    return unified_diff(before, after, "old", "new");
}

}  // namespace

TEST_CASE("equal texts differ in nothing") {
    CHECK(diff_of("", "").empty());
    CHECK(diff_of("a\nb\n", "a\nb\n").empty());
}

TEST_CASE("lines that come and go, with their surroundings") {
    CHECK(diff_of("", "a\n") == "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n");
    CHECK(diff_of("a\nb\n", "") == "--- old\n+++ new\n@@ -1,2 +0,0 @@\n-a\n-b\n");
    CHECK(diff_of("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n") ==
          "--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    // Changes that are near each other are one hunk; repeated lines move nothing.
    CHECK(diff_of("x\nx\na\nx\nb\n", "x\nx\nx\nb\nc\n") ==
          "--- old\n+++ new\n@@ -1,5 +1,5 @@\n x\n x\n-a\n x\n b\n+c\n");
    CHECK(diff_of("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "one\n2\n3\n4\n5\n6\n7\n8\nnine\n") ==
          "--- old\n+++ new\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+nine\n");
}

TEST_CASE("a last line without its end is told from one that has it") {
    CHECK(diff_of("a\nb", "a\nb\n") == "--- old\n+++ new\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
}
