#pragma once

/// Marks what librekey offers; everything else is hidden.
#define REKEY_EXPORT __attribute__((visibility("default")))
