#include "payload/xml_guard.hpp"

#include <array>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

constexpr auto npos = std::string_view::npos;

[[noreturn]] void refuse_cut() { refuse("an XML property list that is cut off"); }
[[noreturn]] void refuse_damaged_xml() { refuse("a damaged XML property list"); }
[[noreturn]] void refuse_entities() {
    refuse("an XML property list with entity declarations, which no property list needs");
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Goes over the markup as libplist does, and refuses what other parsers see differently.
class XmlGuard {
public:
    explicit XmlGuard(std::string_view xml) : xml_(xml) {}

    /// How many keys it has.
    std::size_t check() {
        if (xml_.find('\0') != npos) refuse_damaged_xml();
        while (true) {
            auto next = xml_.find('<', at_);
            check_text(xml_.substr(at_, next == npos ? npos : next - at_));
            if (next == npos) break;
            at_ = next;
            pass_markup();
        }
        if (!keys_.empty()) refuse_cut();
        return all_keys_;
    }

private:
    bool sees(std::string_view what) const { return xml_.substr(at_).starts_with(what); }

    void pass_markup() {
        if (sees("<!--")) return pass_until("-->", 4);
        if (sees("<![CDATA[")) return pass_until("]]>", 9);
        if (sees("<!DOCTYPE")) return pass_doctype();
        if (sees("<!")) refuse_entities();
        std::string_view tag = take_tag();
        if (tag.starts_with("<?")) {
            if (!tag.ends_with("?>")) refuse_damaged_xml();
        } else if (tag.starts_with("</")) {
            if (keys_.empty()) refuse_damaged_xml();
            keys_.pop_back();
        } else {
            open(tag);
        }
    }

    void open(std::string_view tag) {
        if (!is_letter(tag[1])) refuse_damaged_xml();
        if (++values_ > limits::payload_values) refuse_count();
        if (tag.starts_with("<key")) {
            ++all_keys_;
            if (!keys_.empty() && ++keys_.back() > limits::payload_keys) refuse_keys();
        }
        if (tag.ends_with("/>")) return;
        keys_.push_back(0);
        // Beside the levels of values: <plist>, and the text inside the last of them.
        if (keys_.size() > limits::payload_levels + 2) refuse_depth();
    }

    void pass_until(std::string_view end, std::size_t from) {
        auto found = xml_.find(end, at_ + from);
        if (found == npos) refuse_cut();
        at_ = found + end.size();
    }

    void pass_doctype() {
        if (take_tag().find('[') != npos) refuse_entities();
    }

    /// From `<` to `>`; neither may be inside, not even in quotes, and quotes come in pairs.
    std::string_view take_tag() {
        auto begin = at_;
        char quote = 0;
        for (++at_; at_ < xml_.size(); ++at_) {
            char c = xml_[at_];
            if (c == '[' && xml_.substr(begin).starts_with("<!")) refuse_entities();
            if (c == '<' || (c == '>' && quote != 0)) refuse_damaged_xml();
            if (c == '>') return xml_.substr(begin, ++at_ - begin);
            if (quote == 0 && (c == '"' || c == '\''))
                quote = c;
            else if (c == quote)
                quote = 0;
        }
        refuse_cut();
    }

    static void check_text(std::string_view text) {
        constexpr std::array<std::string_view, 6> known = {"amp;", "lt;", "gt;", "quot;", "apos;", "#"};
        for (auto at = text.find('&'); at != npos; at = text.find('&', at + 1)) {
            std::string_view entity = text.substr(at + 1);
            bool is_known = false;
            for (auto name : known) is_known = is_known || entity.starts_with(name);
            if (!is_known) refuse("an XML property list with an entity of its own, which no property list needs");
        }
    }

    std::string_view xml_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    std::size_t all_keys_ = 0;
    std::vector<std::size_t> keys_;  ///< of each element that is open
};

}  // namespace

std::size_t require_sane_xml(std::string_view xml) { return XmlGuard(xml).check(); }

}  // namespace rekey::payload
