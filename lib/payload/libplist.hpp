#pragma once

#include <plist/plist.h>

/// The functions of libplist that this room calls, without `plist_`.
#define REKEY_PLIST_FUNCTIONS(each)                                                                             \
    each(array_append_item) each(array_get_size) each(array_new_iter) each(array_next_item) each(dict_get_size) \
        each(dict_new_iter) each(dict_next_item) each(dict_set_item) each(free) each(from_bin) each(from_xml)   \
            each(get_bool_val) each(get_data_ptr) each(get_node_type) each(get_string_ptr) each(get_uint_val)   \
                each(new_array) each(new_bool) each(new_data) each(new_dict) each(new_string) each(new_uint)    \
                    each(to_xml)

namespace rekey::payload {

/// libplist, loaded with the first call: only payloads need it.
struct PlistLibrary {
#define REKEY_PLIST_MEMBER(name) decltype(&::plist_##name) name = nullptr;  // NOLINT(bugprone-macro-parentheses)
    REKEY_PLIST_FUNCTIONS(REKEY_PLIST_MEMBER)
#undef REKEY_PLIST_MEMBER
};

/// Throws Code::failed when libplist cannot be loaded.
const PlistLibrary& plist();

struct FreePlist {
    void operator()(plist_t node) const { plist().free(node); }
};

}  // namespace rekey::payload
