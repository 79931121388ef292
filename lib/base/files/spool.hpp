#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rekey {

/// Texts that wait in order, until they may be written: nothing goes to a terminal or a pipe while a
/// transaction or a snapshot of the store is open, as its reader may not read. The first megabyte is kept in
/// memory; what is more goes to a file without a name in $TMPDIR, else /var/tmp, that nobody else can open.
class Spool {
public:
    Spool();
    ~Spool();
    Spool(Spool&&) noexcept;
    Spool& operator=(Spool&&) noexcept;

    /// Throws Code::failed where the file cannot be made, or does not take it.
    void add(std::string_view text);
    bool empty() const;
    /// The oldest of them, which is forgotten; nothing when there is none.
    std::optional<std::string> next();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rekey
