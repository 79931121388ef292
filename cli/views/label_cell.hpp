#pragma once

#include <string>

#include "rekey/store/fleet.hpp"
#include "views/value.hpp"

namespace rekey::cli {

/// The labels of a unit as programs read them: an object in JSON, `k=v;k=v` in CSV, as `units export` has them. Keeps
/// the last text, since neighbours in a list mostly have the same labels.
class LabelCell {
public:
    /// `flat`: for CSV.
    explicit LabelCell(bool flat);
    /// Valid until the next call.
    Value of(const store::Labels& labels);

private:
    void write();

    bool flat_;
    store::Labels labels_;
    std::string text_;
};

}  // namespace rekey::cli
