#include "units/folder/combined.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "crypto/certificates/certificate.hpp"

namespace rekey::units::combined {

namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view edge = "-----";

bool is_key(std::string_view label) { return label.ends_with("PRIVATE KEY"); }
bool is_certificate(std::string_view label) { return label == "CERTIFICATE" || label == "X509 CERTIFICATE"; }
bool is_kept(std::string_view label) { return label == "DH PARAMETERS" || label == "X9.42 DH PARAMETERS"; }
/// What some tools write before a key, and what the key has inside too.
bool is_of_key(std::string_view label) { return label == "EC PARAMETERS"; }

bool has(ByteView pem, bool (*kind)(std::string_view)) {
    return std::ranges::any_of(parts_of(pem), [&](const Part& part) { return kind(part.label); });
}

Secret joined(const std::vector<ByteView>& pieces) {
    std::size_t size = 0;
    for (auto piece : pieces) size += piece.size();
    Secret whole(size);
    auto* out = whole.data();
    for (auto piece : pieces) out = std::copy(piece.begin(), piece.end(), out);
    return whole;
}

/// A line of its own for what comes next.
void add(std::vector<ByteView>& pieces, ByteView piece) {
    static constexpr std::uint8_t newline[] = {'\n'};
    if (piece.empty()) return;
    pieces.push_back(piece);
    if (piece.back() != '\n') pieces.emplace_back(newline);
}

}  // namespace

std::vector<Part> parts_of(ByteView pem) {
    std::vector<Part> parts;
    std::string_view text(reinterpret_cast<const char*>(pem.data()), pem.size());
    for (std::size_t at = text.find(begin_mark); at != std::string_view::npos; at = text.find(begin_mark, at)) {
        auto name = at + begin_mark.size();
        auto name_end = text.find(edge, name);
        if (name_end == std::string_view::npos) break;
        std::string label(text.substr(name, name_end - name));
        auto end_line = "-----END " + label + "-----";
        auto end = text.find(end_line, name_end);
        if (end == std::string_view::npos) break;
        end += end_line.size();
        while (end < text.size() && (text[end] == '\r' || text[end] == ' ')) ++end;
        if (end < text.size() && text[end] == '\n') ++end;
        parts.push_back({std::move(label), pem.subspan(at, end - at)});
        at = end;
    }
    return parts;
}

bool has_key(ByteView pem) { return has(pem, is_key); }
bool has_certificate(ByteView pem) { return has(pem, is_certificate); }

bool is_combined(ByteView pem) { return (has_key(pem) && has_certificate(pem)) || has(pem, is_kept); }

Secret key_in(ByteView pem) {
    std::vector<ByteView> pieces;
    for (const auto& part : parts_of(pem))
        if (is_key(part.label)) add(pieces, part.text);
    return joined(pieces);
}

std::string strange_label(ByteView pem) {
    for (const auto& part : parts_of(pem))
        if (!is_key(part.label) && !is_certificate(part.label) && !is_kept(part.label) && !is_of_key(part.label))
            return part.label;
    return {};
}

Secret remade(ByteView pem, ByteView key_pem, std::span<const Bytes> chain) {
    auto parts = parts_of(pem);
    auto count = std::ranges::count_if(parts, [](const Part& part) { return is_certificate(part.label); });
    std::string leaf = crypto::to_pem(chain.first(1));
    std::string rest = crypto::to_pem(chain.subspan(1));
    std::vector<ByteView> pieces;
    int seen = 0;
    for (const auto& part : parts) {
        if (is_key(part.label)) add(pieces, key_pem);
        if (is_kept(part.label)) add(pieces, part.text);
        if (!is_certificate(part.label)) continue;
        ++seen;
        if (seen == 1) add(pieces, view_of(leaf));
        if (seen == 2 || (seen == 1 && count == 1)) add(pieces, view_of(rest));
    }
    return joined(pieces);
}

}  // namespace rekey::units::combined
