#include "payload/libplist.hpp"

#include "base/shared_library.hpp"

namespace rekey::payload {

namespace {

PlistLibrary load() {
    SharedLibrary library(REKEY_LIBPLIST);
    PlistLibrary plist;
#define REKEY_PLIST_FIND(name) library.find("plist_" #name, plist.name);
    REKEY_PLIST_FUNCTIONS(REKEY_PLIST_FIND)
#undef REKEY_PLIST_FIND
    return plist;
}

}  // namespace

const PlistLibrary& plist() {
    static const PlistLibrary loaded = load();
    return loaded;
}

}  // namespace rekey::payload
