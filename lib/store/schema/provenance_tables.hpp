#pragma once

namespace rekey::store {

/// The step of the schema that brought which credential a device is known by, who accepted another organisation,
/// why a rotation was made, and how far this machine's clock was off. A released step never changes.
extern const char provenance_tables[];

}  // namespace rekey::store
