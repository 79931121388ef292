#include "questions/new_passphrase.hpp"

#include <algorithm>

#include "input/secret_file.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

Secret new_passphrase(const Session& session, const std::string& file, const std::string& prompt,
                      const std::string& instead) {
    if (!file.empty()) return read_passphrase(file);
    auto first = session.ask_secret(prompt, instead);
    if (first.empty()) throw Error(Code::usage, "an empty passphrase protects nothing", "choose a passphrase");
    auto again = session.ask_secret("Again", instead);
    if (!std::ranges::equal(first.view(), again.view()))
        throw Error(Code::usage, "the two passphrases differ", "run the command again");
    return first;
}

}  // namespace rekey::cli
