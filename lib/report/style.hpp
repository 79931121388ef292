#pragma once

namespace rekey::report {

/// The style sheet of the page: light and dark, phone and paper.
extern const char* const style;

}  // namespace rekey::report
