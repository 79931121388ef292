#pragma once

#include <doctest/doctest.h>

#include "rekey/base/base.hpp"

namespace rekey::test {

/// The error that `action` ends with; fails the test when there is none.
template <class Action>
Error error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error");
    return Error(Code::failed, "");
}

}  // namespace rekey::test
