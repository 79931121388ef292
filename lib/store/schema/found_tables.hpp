#pragma once

namespace rekey::store {

/// The step of the schema that tells what the home declared from what units show, and the same certificate in several
/// places from several certificates.
extern const char found_tables[];

}  // namespace rekey::store
