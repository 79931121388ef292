#include "views/label_cell.hpp"

#include "rekey/units/units.hpp"
#include "views/json.hpp"
#include "views/row.hpp"
#include "views/unit_list_rows.hpp"

namespace rekey::cli {

LabelCell::LabelCell(bool flat) : flat_(flat) { write(); }

Value LabelCell::of(const store::Labels& labels) {
    if (labels != labels_) {
        labels_ = labels;
        write();
    }
    return flat_ ? Value(text_) : Value::written(text_);
}

void LabelCell::write() { text_ = flat_ ? units::unit_list_cell(labels_) : json_line(labels_json(labels_)); }

}  // namespace rekey::cli
