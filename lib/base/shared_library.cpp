#include "base/shared_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "rekey/base/base.hpp"

namespace rekey {

namespace {

std::string loader_says() {
    const char* words = dlerror();
    return words == nullptr ? "" : printable(words);
}

}  // namespace

SharedLibrary::SharedLibrary(std::string file)
    : file_(std::move(file)), handle_(dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {
    if (handle_ == nullptr)
        throw Error(Code::failed, fmt::format("{} cannot be loaded: {}", file_, loader_says()),
                    "install the package that rekey's own package depends on for it");
}

void* SharedLibrary::address(const char* name) const {
    void* found = dlsym(handle_, name);
    if (found == nullptr) throw Error(Code::failed, fmt::format("{} has no function '{}'", file_, name));
    return found;
}

}  // namespace rekey
