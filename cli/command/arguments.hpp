#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command/model.hpp"
#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"

namespace rekey::cli {

/// `K=V` options as labels. Throws Code::usage.
store::Labels parse_labels(const std::vector<std::string>& texts);
/// Throws Code::usage with the two forms of a slot's name.
SlotName parse_slot(const std::string& text);
/// A period as people write it; `option` is for the message. Throws Code::usage.
Period parse_period(const std::string& text, const std::string& option);
/// The first second, in UTC, of a date as 2026-11-01; nothing where the text is none.
std::optional<Time> parse_date(const std::string& text);
/// The unit of that name. Throws Code::not_found.
store::Unit get_unit(store::Reader& store, const std::string& name);
/// The one certificate that NUMBER (a prefix of four digits will do), ISSUER:NUMBER or SLOT names. A number means what
/// was signed here, where there is such a certificate. Throws Code::not_found, or Code::usage naming the candidates.
store::Certificate get_certificate(store::Reader& store, const std::string& named);
/// The same; of a SLOT, all that its unit is known to hold there, as after a restore: there may be another certificate
/// than the recorded one.
std::vector<store::Certificate> get_held(store::Reader& store, const std::string& named);
/// The form of a file that a command writes: what `--output` said (may be empty), else the one of `forms` that the
/// file's ending names
/// (`fleet.json`, `fleet.HTM`), else the first of them.
std::string form_of_file(const std::string& said, const std::string& file, const std::vector<std::string>& forms);
/// To stdout, or into a new file.
void write_out(const std::string& content);

}  // namespace rekey::cli
