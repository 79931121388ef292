#include <fmt/format.h>

#include <ctime>
#include <random>

#include "payload/workshop.hpp"

using namespace rekey;
using namespace rekey::payload;
using rekey::payload::test::parse;
using rekey::payload::test::why_not;
using rekey::payload::test::Workshop;

namespace {

constexpr const char* entities = "an XML property list with entity declarations, which no property list needs";

/// Writes binary property lists that no other program would.
class BinaryList {
public:
    std::size_t add(const std::string& object) {
        offsets_.push_back(8 + objects_.size());
        objects_ += object;
        return offsets_.size() - 1;
    }
    /// With references of two bytes.
    std::size_t add_list(const std::vector<std::size_t>& items) {
        std::string object("\xAF\x11", 2);
        append(object, items.size(), 2);
        for (auto item : items) append(object, item, 2);
        return add(object);
    }
    std::string finish(std::size_t root) const {
        std::string content = "bplist00" + objects_;
        std::size_t table = content.size();
        for (auto offset : offsets_) append(content, offset, 4);
        content += std::string("\0\0\0\0\0\0\4\2", 8);
        append(content, offsets_.size(), 8);
        append(content, root, 8);
        append(content, table, 8);
        return content;
    }

private:
    static void append(std::string& out, std::uint64_t number, int size) {
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
    }
    std::string objects_;
    std::vector<std::size_t> offsets_;
};

std::string plist(const std::string& content) {
    return "<?xml version=\"1.0\"?>\n<plist version=\"1.0\">" + content + "</plist>";
}

std::string times(std::size_t count, std::string_view text) {
    std::string whole;
    whole.reserve(count * text.size());
    for (std::size_t i = 0; i < count; ++i) whole += text;
    return whole;
}

/// The refusal, which must come soon.
std::string soon(const std::string& content) {
    std::clock_t begin = std::clock();
    std::string message = why_not(content);
    CHECK(std::clock() - begin < 10 * CLOCKS_PER_SEC);
    return message;
}

}  // namespace

TEST_CASE("XML with declarations or entities of its own is refused before it is parsed") {
    const std::string body = "<plist><dict><key>a</key><string>&lol;</string></dict></plist>";
    CHECK(soon("<!DOCTYPE plist [<!ENTITY lol \"lol\">]>" + body) == entities);
    CHECK(soon("<!DOCTYPE plist [ ]><plist/>") == entities);
    CHECK(soon("<!DOCTYPE plist\n\t[<!ENTITY % x SYSTEM \"file:///etc/passwd\"> %x;]>" + body) == entities);
    CHECK(soon("<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" 'a[b' []>" + body) == entities);
    CHECK(soon("<!DOCTYPE plist SYSTEM \"a>[<!ENTITY lol 'x'>]\">" + body).ends_with("property list"));
    CHECK(soon("<!ENTITY lol \"lol\">" + body) == entities);
    CHECK(soon("<!ELEMENT a ANY>" + body) == entities);
    CHECK(soon(body) == "an XML property list with an entity of its own, which no property list needs");
    CHECK(soon(plist("<dict>&#0;</dict>")) == "not a property list, or a damaged one");
    std::string laughs = "<!DOCTYPE lolz [<!ENTITY l0 \"lol\">";
    for (int i = 1; i < 10; ++i)
        laughs += fmt::format("<!ENTITY l{} \"{}\">", i, times(10, fmt::format("&l{};", i - 1)));
    CHECK(soon(laughs + "]><plist><string>&l9;</string></plist>") == entities);
}

TEST_CASE("XML of the usual document type is read") {
    CHECK(parse("<?xml version='1.0' encoding=\"UTF-8\"?><!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\"><plist version=\"1.0\"><dict>"
                "<key>ManagedABMCredentials</key><array/></dict></plist>")
              .empty());
}

TEST_CASE("XML that other parsers would see differently is refused") {
    for (const char* odd :
         {"<dict a=\">\"></dict>", "<dict a='<array>'></dict>", "<dict a=\"></dict>", "< dict></dict>",
          "<dict><1/></dict>", "<dict <array>></array></dict>", "<?x > ?><dict></dict>"})
        CHECK_MESSAGE(soon(plist(odd)).ends_with("property list"), odd);
    CHECK(soon(plist(std::string("<dict>\0</dict>", 14))) == "a damaged XML property list");
    CHECK(soon("<plist></plist></plist>") == "a damaged XML property list");
}

TEST_CASE("depth, counts and sizes have limits in every format") {
    constexpr const char* too_deep = "nested more than 64 levels deep";
    CHECK(soon(plist(times(64, "<array>") + times(64, "</array>"))) == "no ManagedABMCredentials in it");
    CHECK(soon(plist(times(65, "<array><string>") + times(65, "</string></array>"))) == too_deep);
    CHECK(soon(plist(times(70, "<array>") + times(70, "</array>"))) == too_deep);
    CHECK(soon("<plist>" + times(500'000, "<array>")) == too_deep);
    CHECK(soon("<plist>" + times(200'000, "<dict><key>a</key>")) == too_deep);
    CHECK(soon(times(64, "[") + times(64, "]")) == "no ManagedABMCredentials in it");
    CHECK(soon(times(65, "[") + times(65, "]")) == too_deep);
    CHECK(soon(times(4'000'000, "[")) == too_deep);
    CHECK(soon(times(800'000, "{\"a\":")) == too_deep);

    constexpr const char* too_many = "more than 150000 values and keys";
    CHECK(soon(plist("<array>" + times(200'000, "<true/>") + "</array>")) == too_many);
    CHECK(soon("[" + times(600'000, "1,") + "1]") == too_many);
    std::string keys;
    std::string json_keys;
    for (int i = 0; i < 1001; ++i) {
        keys += fmt::format("<key>{}</key><true/>", i);
        json_keys += fmt::format("{}\"{}\":1", i == 0 ? "" : ",", i);
    }
    CHECK(soon(plist("<dict>" + keys + "</dict>")) == "a dictionary with more than 1000 keys");
    CHECK(soon("{" + json_keys + "}") == "a dictionary with more than 1000 keys");
    CHECK(soon(plist("<array>" + times(200, "<dict>" + keys.substr(0, 20'000) + "</dict>") + "</array>")) ==
          "a damaged XML property list");

    CHECK(soon(std::string((4U << 20) + 1, ' ')) == "larger than 4 MiB, where a managed payload is needed");
    CHECK(soon(std::string(4U << 20, ' ')) == "empty, where a managed payload is needed");
    CHECK(soon(plist("<string>" + std::string(3U << 20, 'x') + "</string>")) == "no ManagedABMCredentials in it");
    CHECK(soon("{\"a\":\"" + std::string(3U << 20, 'x') + "\"}") == "no ManagedABMCredentials in it");
}

TEST_CASE("many full dictionaries within the limits are read in time") {
    std::string keys;
    for (int i = 0; i < 1000; ++i)
        keys += fmt::format("<key>{}</key><true/>", times(10, i % 2 == 0 ? "Ez" : "FY") + std::to_string(i));
    CHECK(soon(plist("<array>" + times(70, "<dict>" + keys + "</dict>") + "</array>")) ==
          "no ManagedABMCredentials in it");
}

TEST_CASE("binary property lists that contain themselves, or grow beyond measure, are refused") {
    constexpr const char* cyclic = "a binary property list that contains itself";
    BinaryList self;
    CHECK(soon(self.finish(self.add_list({0}))) == cyclic);
    BinaryList pair;
    pair.add_list({1});
    pair.add_list({0});
    CHECK(soon(pair.finish(0)) == cyclic);
    BinaryList dictionary;
    dictionary.add(
        "\x51"
        "a");
    dictionary.add(std::string("\xD1\0\0\0\1", 5));
    CHECK(soon(dictionary.finish(1)) == cyclic);

    BinaryList doubling;
    std::size_t last = doubling.add(
        "\x51"
        "a");
    for (int i = 0; i < 40; ++i) last = doubling.add_list({last, last});
    CHECK(soon(doubling.finish(last)) == "more than 150000 values and keys");
    BinaryList wide;
    wide.add(std::string("\x5F\x12\0\x0F\0\0", 6) + std::string(0x0F0000, 'x'));
    CHECK(soon(wide.finish(wide.add_list(std::vector<std::size_t>(60'000, 0)))) ==
          "a binary property list that grows beyond measure");
    BinaryList deep;
    last = deep.add(
        "\x51"
        "a");
    for (int i = 0; i < 60'000; ++i) last = deep.add_list({last});
    CHECK(soon(deep.finish(last)) == "nested more than 64 levels deep");
    // Shallow at first sight: the deep part is weighed on its own before it is seen from further out.
    BinaryList joined;
    last = joined.add(
        "\x51"
        "a");
    for (int i = 0; i < 40; ++i) last = joined.add_list({last});
    std::size_t part = last;
    for (int i = 0; i < 40; ++i) last = joined.add_list({last});
    CHECK(soon(joined.finish(joined.add_list({part, last}))) == "nested more than 64 levels deep");
    BinaryList exact;
    last = exact.add(
        "\x51"
        "a");
    for (int i = 0; i < 64; ++i) last = exact.add_list({last});
    CHECK(soon(exact.finish(last)) == "no ManagedABMCredentials in it");
}

TEST_CASE("a binary property list whose numbers point elsewhere is refused") {
    Workshop workshop;
    const std::string good = workshop.made_by("save('payload', root(unopened()), plistlib.FMT_BINARY)");
    REQUIRE(parse(good).size() == 1);
    constexpr const char* damaged = "a binary property list that is damaged or cut off";
    auto trailer = [&](std::size_t at, std::string_view bytes) {
        std::string changed = good;
        changed.replace(changed.size() - 32 + at, bytes.size(), bytes);
        return soon(changed);
    };
    CHECK(trailer(6, std::string_view("\0", 1)) == damaged);
    CHECK(trailer(6, "\x09") == damaged);
    CHECK(trailer(7, std::string_view("\0", 1)) == damaged);
    CHECK(trailer(7, "\xFF") == damaged);
    CHECK(trailer(8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") == damaged);
    BinaryList many;
    for (int i = 0; i < 150'001; ++i) many.add("\x09");
    CHECK(why_not(many.finish(0)) == "more than 150000 values and keys");
    CHECK(trailer(8, std::string_view("\0\0\0\0\0\0\0\0", 8)) == damaged);
    CHECK(trailer(16, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") == damaged);
    CHECK(trailer(24, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") == damaged);
    CHECK(trailer(24, std::string_view("\0\0\0\0\0\0\0\0", 8)) == damaged);
    CHECK(soon("bplist00") == damaged);
    CHECK(soon("bplist") == damaged);
    for (const char* object : {"\x1F",
                               "\x15",
                               "\x20",
                               "\x2F",
                               "\x32",
                               "\x33",
                               "\x8F",
                               "\x4F\x14",
                               "\x5F\x13\xFF",
                               "\x5F\x13\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                               "\x6F\x13\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                               "\xAF\x13\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                               "\xAF\x13\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
                               "\xD1",
                               "\xA2\1\1\1",
                               "\x70",
                               "\x90",
                               "\xB0",
                               "\xE0",
                               "\xF0",
                               "\x5F",
                               "\x5F\x51"}) {
        BinaryList list;
        CHECK_MESSAGE(soon(list.finish(list.add(object))) == damaged, rekey::to_hex(view_of(object)));
    }
    for (std::string object : {std::string("\0", 1), std::string("\x0F")}) {
        BinaryList list;
        // libplist 2.6 takes the first for a value, which has nothing in it.
        auto why = soon(list.finish(list.add(object)));
        CHECK_MESSAGE((why == "not a property list, or a damaged one" || why == "no ManagedABMCredentials in it"), why);
    }
    // Keys with a NUL end libplist 2.2 by an assertion.
    BinaryList cut_key;
    cut_key.add(std::string("\x62\0a\0\0", 5));
    cut_key.add(std::string("\xD1\0\0\0\0", 5));
    CHECK(soon(cut_key.finish(1)) == damaged);
    BinaryList keyed;
    keyed.add("\x08");
    keyed.add(std::string("\xD1\0\0\0\0", 5));
    CHECK(soon(keyed.finish(1)) == damaged);
}

TEST_CASE("a dictionary that has a key twice has no one meaning") {
    constexpr const char* twice =
        "a damaged property list: a dictionary has a key twice, so that it has no one meaning";
    auto entries = [](const std::string& more) {
        return plist("<dict>" + more + "<key>ManagedABMCredentials</key><array/></dict>");
    };
    CHECK(why_not(entries("<key>ManagedABMCredentials</key><array/>")) == twice);
    CHECK(why_not(entries("<key>x</key><array><dict><key>id</key><string>a</string><key>i&#100;</key><string>b</string>"
                          "</dict></array>")) == twice);
    CHECK(why_not(entries("<key>x</key><dict><key>id</key><dict/></dict><key>y</key><dict><key>id</key>"
                          "<dict><key>CF$UID</key><integer>1</integer></dict></dict>")) == "nothing was refused");

    auto with_keys = [](const std::string& one, const std::string& other) {
        BinaryList list;
        list.add(std::string("\xD2\0\1\0\2\0\3\0\3", 9));
        list.add(one);
        list.add(other);
        list.add("\xA0");
        return list.finish(0);
    };
    std::string wide("\x62\0i\0d", 5);
    CHECK(why_not(with_keys("\x52id", "\x52id")) == twice);
    CHECK(why_not(with_keys("\x52id", wide)) == twice);
    CHECK(why_not(with_keys("\x52id", "\x52ie")) != twice);
}

TEST_CASE("a payload that is cut off anywhere is refused, and none that is damaged at random does harm") {
    Workshop workshop;
    workshop.python(R"(
sample = root(unopened(1), unopened(2, name='\u00fc\U0001f511', more=[1.5, True, {'a': 2**63}]))
save('xml', sample)
save('binary', sample, plistlib.FMT_BINARY)
save_json('json', root(unopened(1), unopened(2)))
)");
    std::mt19937 random(20'261'122);
    for (const char* name : {"xml", "binary", "json"}) {
        CAPTURE(name);
        const std::string whole = workshop.read(name);
        REQUIRE(parse(whole).size() == 2);
        auto end = whole.find_last_not_of(" \n\r");
        for (std::size_t size = 0; size <= end; ++size)
            CHECK_MESSAGE(why_not(whole.substr(0, size)) != "nothing was refused", size);
        for (int i = 0; i < 3000; ++i) {
            std::string changed = whole;
            for (auto count = random() % 4 + 1; count > 0; --count)
                changed[random() % changed.size()] =
                    static_cast<char>(random() % 3 == 0 ? "\xFF\0[]<>{}\"&"[random() % 10] : random());
            try {
                parse(changed);
            } catch (const Error& e) {
                CHECK((e.code() == Code::usage || e.code() == Code::refused));
            }
        }
    }
}

TEST_CASE("what is refused is not quoted, for it may be a key") {
    const std::string planted = "MIGHAgEAMBMGByqGSM49";
    for (const std::string& content :
         {planted, "{" + planted, "{\"" + planted + "\":", "<" + planted, "<plist>" + planted, "bplist00" + planted,
          "-----BEGIN PRIVATE KEY-----\n" + planted, "[\"" + planted}) {
        auto refused = rekey::payload::test::refusal([&] { parse(content); });
        CHECK(refused.code == Code::usage);
        CHECK(refused.message.find(planted) == std::string::npos);
        CHECK(refused.hint.find(planted) == std::string::npos);
    }
}
