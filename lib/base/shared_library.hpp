#pragma once

#include <string>

namespace rekey {

/// A shared library that few commands need: it is loaded when it is first called, not at the start of each command.
/// It is never unloaded, as its functions may be running in other threads.
class SharedLibrary {
public:
    /// `file` as the dynamic loader knows it (`libcurl.so.4`). Throws Code::failed when it cannot be loaded.
    explicit SharedLibrary(std::string file);

    /// Throws Code::failed when the library has no such function.
    template <typename Function>
    void find(const char* name, Function*& function) const {
        function = reinterpret_cast<Function*>(address(name));
    }

private:
    void* address(const char* name) const;

    std::string file_;
    void* handle_;
};

}  // namespace rekey
