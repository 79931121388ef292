#pragma once

namespace rekey::store {

/// What else certificates say, what adopted ones keep of that, and adoptions under way.
extern const char adoption_tables[];

}  // namespace rekey::store
