#include "payload/binary_guard.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

[[noreturn]] void refuse_damaged() { refuse("a binary property list that is damaged or cut off"); }

constexpr std::size_t head_size = 8;  // bplist00
constexpr std::size_t trailer_size = 32;

/// The format as Apple's CFBinaryPList.c describes it.
class BinaryGuard {
public:
    explicit BinaryGuard(ByteView binary) : binary_(binary) {
        if (binary.size() < head_size + trailer_size) refuse_damaged();
        ByteView trailer = binary.last(trailer_size);
        offset_size_ = trailer[6];
        reference_size_ = trailer[7];
        std::uint64_t count = number(trailer.subspan(8, 8));
        root_ = number(trailer.subspan(16, 8));
        table_ = number(trailer.subspan(24, 8));
        // What was cut off has no trailer, but whatever is in its place.
        if (count > binary.size()) refuse_damaged();
        std::size_t end = binary.size() - trailer_size;
        if (offset_size_ < 1 || offset_size_ > 8 || reference_size_ < 1 || reference_size_ > 8 || root_ >= count ||
            table_ <= head_size || table_ > end || count * offset_size_ > end - table_)
            refuse_damaged();
        if (count > limits::payload_values) refuse_count();
        weights_.resize(count);
    }

    void check() { weigh(root_, 0); }

private:
    /// What an object becomes once every reference is a copy.
    struct Weight {
        enum { unknown, open, known } state = unknown;
        std::size_t levels = 0;  ///< of lists and dictionaries
        std::size_t values = 0;
        std::size_t bytes = 0;
    };
    struct Object {
        std::uint8_t kind;   ///< the upper half of its first byte
        std::uint64_t size;  ///< the lower half, or the number that comes after it
        ByteView content;    ///< from there to the offset table
    };
    enum Kind : std::uint8_t {
        simple = 0x0,
        integer = 0x1,
        real = 0x2,
        date = 0x3,
        data = 0x4,
        ascii = 0x5,
        utf16 = 0x6,
        uid = 0x8,
        list = 0xA,
        set = 0xC,
        dictionary = 0xD
    };

    static std::uint64_t number(ByteView big_endian) {
        std::uint64_t value = 0;
        for (auto byte : big_endian) value = value << 8 | byte;
        return value;
    }

    Object object(std::uint64_t index) const {
        std::uint64_t offset = number(binary_.subspan(table_ + index * offset_size_, offset_size_));
        if (offset < head_size || offset >= table_) refuse_damaged();
        ByteView rest = binary_.subspan(offset, table_ - offset);
        auto kind = static_cast<std::uint8_t>(rest[0] >> 4);
        std::uint64_t size = rest[0] & 15;
        rest = rest.subspan(1);
        bool has_length = kind >= data && kind != uid;
        if (has_length && size == 15) {
            if (rest.empty() || rest[0] >> 4 != integer || (rest[0] & 15) > 3) refuse_damaged();
            std::size_t length = std::size_t{1} << (rest[0] & 15);
            if (rest.size() < 1 + length) refuse_damaged();
            size = number(rest.subspan(1, length));
            rest = rest.subspan(1 + length);
        }
        return {kind, size, rest};
    }

    Weight& weigh(std::uint64_t index, std::size_t level) {
        if (index >= weights_.size()) refuse_damaged();
        Weight& weight = weights_[index];
        if (weight.state == Weight::open) refuse("a binary property list that contains itself");
        if (weight.state == Weight::unknown) {
            weight.state = Weight::open;
            weigh(object(index), level, weight);
            weight.state = Weight::known;
        }
        if (level + weight.levels > limits::payload_levels) refuse_depth();
        return weight;
    }

    void weigh(const Object& object, std::size_t level, Weight& weight) {
        weight.values = 1;
        switch (object.kind) {
            case simple:
                break;
            case integer:
                if (object.size > 4) refuse_damaged();
                require_room(object, 1, std::uint64_t{1} << object.size);
                break;
            case real:
                if (object.size != 2 && object.size != 3) refuse_damaged();
                require_room(object, 1, std::uint64_t{1} << object.size);
                break;
            case date:
                if (object.size != 3) refuse_damaged();
                require_room(object, 1, 8);
                break;
            case uid:
                if (object.size > 7) refuse_damaged();
                require_room(object, 1, object.size + 1);
                break;
            case data:
            case ascii:
                require_room(object, object.size, 1);
                weight.bytes = object.size;
                break;
            case utf16:
                require_room(object, object.size, 2);
                weight.bytes = object.size * 4;
                break;
            case list:
            case set:
                weigh_parts(object, object.size, level, weight);
                break;
            case dictionary:
                if (object.size > limits::payload_keys) refuse_keys();
                require_keys(object);
                weigh_parts(object, 2 * object.size, level, weight);
                break;
            default:
                refuse_damaged();
        }
    }

    static void require_room(const Object& object, std::uint64_t count, std::size_t each) {
        if (count > object.content.size() / each) refuse_damaged();
    }

    std::uint64_t reference(const Object& object, std::size_t position) const {
        return number(object.content.subspan(position * reference_size_, reference_size_));
    }

    void require_keys(const Object& dictionary_object) const {
        require_room(dictionary_object, dictionary_object.size, reference_size_);
        std::set<std::u16string> seen;
        for (std::size_t i = 0; i < dictionary_object.size; ++i) {
            std::uint64_t index = reference(dictionary_object, i);
            if (index >= weights_.size()) refuse_damaged();
            Object key = object(index);
            if (key.kind != ascii && (key.kind != utf16 || has_null(key))) refuse_damaged();
            if (!seen.insert(text_of_key(key)).second) refuse_equal_keys();
        }
    }

    /// In one form, as both kinds can spell the same.
    static std::u16string text_of_key(const Object& key) {
        std::size_t each = key.kind == ascii ? 1 : 2;
        require_room(key, key.size, each);
        std::u16string text;
        for (std::size_t i = 0; i < key.size; ++i)
            text += static_cast<char16_t>(number(key.content.subspan(i * each, each)));
        return text;
    }

    /// libplist ends the process when it is asked for such a key.
    static bool has_null(const Object& text) {
        require_room(text, text.size, 2);
        for (std::size_t i = 0; i < text.size; ++i)
            if (text.content[2 * i] == 0 && text.content[2 * i + 1] == 0) return true;
        return false;
    }

    void weigh_parts(const Object& object, std::uint64_t count, std::size_t level, Weight& weight) {
        require_room(object, count, reference_size_);
        if (level >= limits::payload_levels) refuse_depth();
        weight.levels = 1;
        for (std::size_t i = 0; i < count; ++i) {
            const Weight& part = weigh(reference(object, i), level + 1);
            weight.levels = std::max(weight.levels, part.levels + 1);
            weight.values += part.values;
            weight.bytes += part.bytes;
            if (weight.values > limits::payload_values) refuse_count();
            if (weight.bytes > limits::payload_expanded) refuse("a binary property list that grows beyond measure");
        }
    }

    ByteView binary_;
    std::uint64_t root_ = 0;
    std::uint64_t table_ = 0;
    std::size_t offset_size_ = 0;
    std::size_t reference_size_ = 0;
    std::vector<Weight> weights_;
};

}  // namespace

void require_sane_binary(ByteView binary) { BinaryGuard(binary).check(); }

}  // namespace rekey::payload
