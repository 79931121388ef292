#pragma once

#include <string>
#include <string_view>

namespace rekey {

/// As one would type it: without what nobody sees (zero-width characters, soft hyphens, marks of direction), with
/// every kind of blank as a plain one, and without blanks around it.
std::string with_plain_blanks(std::string_view text);

/// A serial number as a provider writes it: `with_plain_blanks`, without other blanks than plain ones within it, in
/// upper case. Copied from a web page or a spreadsheet, it has some of these.
std::string plain_serial(std::string_view text);

}  // namespace rekey
