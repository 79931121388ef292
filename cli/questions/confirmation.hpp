#pragma once

#include <optional>
#include <string>

#include "command/model.hpp"

namespace rekey::cli {

/// `--yes`, and the question that replaces it on a terminal. One way for all commands.
class Confirmation {
public:
    void describe(Command& command);
    /// Reads `--confirm WORD` as well, which some commands had before there was `--yes`. Nothing tells of it.
    void accept_confirm(Command& command);
    bool is_given() const { return yes_ || confirm_.has_value(); }

    /// `what` says what would happen, and `word` is typed to confirm it: the name of what it happens to, or `yes`.
    /// Throws Code::refused where nobody can be asked, or nobody answers, and `--yes` is not given, Code::usage for
    /// another answer and for another word behind `--confirm`.
    void require(const Session& session, const std::string& what, const std::string& word = "yes") const;
    /// The same for commands that scripts gave before there was `--yes`: where nobody can be asked, they are meant.
    void ask(const Session& session, const std::string& what, const std::string& word = "yes") const;

private:
    bool yes_ = false;
    std::optional<std::string> confirm_;
};

}  // namespace rekey::cli
