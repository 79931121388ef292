#pragma once

/// Marks what the command line takes from within the library, and no other program may. It stands in the namespace
/// `internals`, whose names lib/librekey.map.in puts into a version of their own: a program that uses one is bound to
/// this very release, and says so.
#define REKEY_INTERNAL_EXPORT __attribute__((visibility("default")))
