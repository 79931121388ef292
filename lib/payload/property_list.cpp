#include "payload/property_list.hpp"

#include <limits>
#include <type_traits>

#include "crypto/encoding/handle.hpp"
#include "payload/binary_guard.hpp"
#include "payload/libplist.hpp"
#include "payload/refusals.hpp"
#include "payload/xml_guard.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

using Plist = std::unique_ptr<void, FreePlist>;
template <auto Free>
using Text = crypto::Handle<char, Free>;

ByteView bytes_of(plist_t node, const char* (*get)(plist_t, std::uint64_t*)) {
    std::uint64_t length = 0;
    const char* content = get(node, &length);
    if (content == nullptr) return {};
    return view_of({content, length});
}

PayloadValue value_of(plist_t node);

PayloadValue list_of(plist_t node) {
    List list;
    list.reserve(plist().array_get_size(node));
    plist_array_iter started = nullptr;
    plist().array_new_iter(node, &started);
    Text<std::free> owner(static_cast<char*>(started));
    plist_t item = nullptr;
    for (plist().array_next_item(node, started, &item); item != nullptr; plist().array_next_item(node, started, &item))
        list.push_back(value_of(item));
    return {std::move(list)};
}

PayloadValue dictionary_of(plist_t node) {
    Dictionary dictionary;
    plist_dict_iter started = nullptr;
    plist().dict_new_iter(node, &started);
    Text<std::free> owner(static_cast<char*>(started));
    while (true) {
        char* key = nullptr;
        plist_t item = nullptr;
        plist().dict_next_item(node, started, &key, &item);
        Text<std::free> key_owner(key);
        if (key == nullptr || item == nullptr) break;
        dictionary.emplace_back(key, value_of(item));
    }
    return {std::move(dictionary)};
}

PayloadValue number_of(plist_t node) {
    std::uint64_t number = 0;
    plist().get_uint_val(node, &number);
    // Beyond are the numbers below zero too: libplist does not tell which.
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return {static_cast<std::int64_t>(number)};
}

PayloadValue value_of(plist_t node) {
    switch (plist().get_node_type(node)) {
        case PLIST_BOOLEAN: {
            std::uint8_t truth = 0;
            plist().get_bool_val(node, &truth);
            return {truth != 0};
        }
        case PLIST_UINT:
            return number_of(node);
        case PLIST_STRING:
            return {std::string(text_of(bytes_of(node, plist().get_string_ptr)))};
        case PLIST_DATA:
            return {to_bytes(bytes_of(node, plist().get_data_ptr))};
        case PLIST_ARRAY:
            return list_of(node);
        case PLIST_DICT:
            return dictionary_of(node);
        default:
            return {};
    }
}

template <auto Parse>
Plist read(ByteView content) {
    plist_t root = nullptr;
    (plist().*Parse)(reinterpret_cast<const char*>(content.data()), static_cast<std::uint32_t>(content.size()), &root);
    Plist owner(root);
    if (!owner) refuse("not a property list, or a damaged one");
    return owner;
}

/// Of all dictionaries; what XML has as a dictionary with CF$UID alone becomes a node of its own.
std::size_t count_keys(plist_t node) {
    switch (plist().get_node_type(node)) {
        case PLIST_UID:
            return 1;
        case PLIST_ARRAY: {
            std::size_t keys = 0;
            plist_array_iter started = nullptr;
            plist().array_new_iter(node, &started);
            Text<std::free> owner(static_cast<char*>(started));
            plist_t item = nullptr;
            for (plist().array_next_item(node, started, &item); item != nullptr;
                 plist().array_next_item(node, started, &item))
                keys += count_keys(item);
            return keys;
        }
        case PLIST_DICT: {
            std::size_t keys = plist().dict_get_size(node);
            plist_dict_iter started = nullptr;
            plist().dict_new_iter(node, &started);
            Text<std::free> owner(static_cast<char*>(started));
            plist_t item = nullptr;
            for (plist().dict_next_item(node, started, nullptr, &item); item != nullptr;
                 plist().dict_next_item(node, started, nullptr, &item))
                keys += count_keys(item);
            return keys;
        }
        default:
            return 0;
    }
}

Plist node_of(const PayloadValue& value);

struct MakeNode {
    plist_t operator()(std::monostate) const { return nullptr; }
    plist_t operator()(bool truth) const { return plist().new_bool(truth ? 1 : 0); }
    plist_t operator()(std::int64_t number) const { return plist().new_uint(static_cast<std::uint64_t>(number)); }
    plist_t operator()(const std::string& text) const { return plist().new_string(text.c_str()); }
    plist_t operator()(const Bytes& bytes) const {
        return plist().new_data(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    plist_t operator()(const List& list) const {
        Plist array(plist().new_array());
        for (const auto& item : list) plist().array_append_item(array.get(), node_of(item).release());
        return array.release();
    }
    plist_t operator()(const Dictionary& dictionary) const {
        Plist dict(plist().new_dict());
        for (const auto& [key, item] : dictionary)
            plist().dict_set_item(dict.get(), key.c_str(), node_of(item).release());
        return dict.release();
    }
};

Plist node_of(const PayloadValue& value) {
    Plist node(std::visit(MakeNode{}, value.content));
    if (!node) throw Error(Code::failed, "libplist cannot make a property list");
    return node;
}

}  // namespace

PayloadValue read_xml(std::string_view xml) {
    auto keys = require_sane_xml(xml);
    auto root = read<&PlistLibrary::from_xml>(view_of(xml));
    if (count_keys(root.get()) != keys) refuse_equal_keys();
    return value_of(root.get());
}

PayloadValue read_binary(ByteView binary) {
    require_sane_binary(binary);
    return value_of(read<&PlistLibrary::from_bin>(binary).get());
}

std::string write_xml(const PayloadValue& value) {
    Plist root = node_of(value);
    char* xml = nullptr;
    std::uint32_t length = 0;
    plist().to_xml(root.get(), &xml, &length);
    // libplist allocates with malloc; its own function for this has another name from 2.3 on.
    Text<std::free> owner(xml);
    if (!owner) throw Error(Code::failed, "libplist cannot write a property list");
    return {xml, length};
}

}  // namespace rekey::payload
