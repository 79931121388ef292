#include "new_passphrase.hpp"

#include <algorithm>

#include "rekey/base/error.hpp"
#include "secret_file.hpp"

namespace rekey::cli {

Secret new_passphrase(const Session& session, const std::string& file) {
    if (!file.empty()) return read_passphrase(file);
    constexpr const char* instead =
        "say where it is: --home-passphrase-file FILE, or --new-passphrase-file with seal change";
    auto first = session.ask_secret("New passphrase of the home", instead);
    if (first.empty()) throw Error(Code::usage, "an empty passphrase protects nothing", "choose a passphrase");
    auto again = session.ask_secret("Again", instead);
    if (!std::ranges::equal(first.view(), again.view()))
        throw Error(Code::usage, "the two passphrases differ", "run the command again");
    return first;
}

}  // namespace rekey::cli
