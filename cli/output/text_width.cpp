#include "output/text_width.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace rekey::cli {

namespace {

struct Cluster {
    std::size_t bytes;
    std::size_t columns;
};

/// What a reader takes for one character, at the front of `text`, which is not empty.
Cluster first_cluster(std::string_view text) {
    Cluster cluster{0, 0};
    utf8proc_int32_t before = -1;
    utf8proc_int32_t state = 0;
    while (cluster.bytes < text.size()) {
        utf8proc_int32_t point = -1;
        auto rest = text.substr(cluster.bytes);
        auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                                       static_cast<utf8proc_ssize_t>(rest.size()), &point);
        if (length <= 0) return cluster.bytes == 0 ? Cluster{1, 1} : cluster;
        if (before >= 0 && utf8proc_grapheme_break_stateful(before, point, &state)) break;
        before = point;
        cluster.bytes += static_cast<std::size_t>(length);
        cluster.columns += static_cast<std::size_t>(utf8proc_charwidth(point));
    }
    return cluster;
}

}  // namespace

std::size_t display_width(std::string_view text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return text.size();
    std::size_t width = 0;
    while (!text.empty()) {
        auto [bytes, columns] = first_cluster(text);
        width += columns;
        text.remove_prefix(bytes);
    }
    return width;
}

std::string cut(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns) return std::string(text);
    if (columns == 0) return "";
    std::size_t kept = 0;
    for (std::size_t width = 0;;) {
        auto next = first_cluster(text.substr(kept));
        width += next.columns;
        if (width > columns - 1) break;
        kept += next.bytes;
    }
    return std::string(text.substr(0, kept)) + "…";
}

}  // namespace rekey::cli
