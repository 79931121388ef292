/// Lists as spreadsheets, portals and other programs make them, and our own exports.
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "base/text/blanks.hpp"
#include "base/text/csv.hpp"
#include "rekey/store/records.hpp"
#include "rekey/tenants/records.hpp"
#include "store/records/coverage.hpp"
#include "store/records/devices.hpp"
#include "store/records/syncs.hpp"
#include "store/tenants/tenants.hpp"
#include "tenants/records/date_forms.hpp"
#include "tenants/records/device_names.hpp"
#include "tenants/records/record_fields.hpp"
#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;
using test::error_of;
using test::Workshop;

namespace {

struct Shop : Workshop {
    test::TemporaryFolder scratch;
    std::vector<ImportStep> steps;
    std::string map;

    Imported import(RecordKind kind, const std::string& content, bool dry_run = false) {
        auto path = scratch / "list";
        std::ofstream(path, std::ios::binary) << content;
        steps.clear();
        ImportWish wish{path, map, dry_run, [this](const ImportStep& step) { steps.push_back(step); }};
        return import_records(store(), tenant(), kind, wish, {now, "tester@bench"});
    }
    /// Whether it has coverage in force; `renewing`: that renews itself.
    bool is_covered(const std::string& device, bool renewing = false) {
        store::CoverageFilter filter;
        filter.now = now;
        filter.in_force = true;
        filter.renews = renewing;
        bool found = false;
        store::each_coverage(store(), tenant().id, filter,
                             [&](const store::Coverage& coverage) { found = found || coverage.device_id == device; });
        return found;
    }
    /// `id model` of all devices.
    std::string devices() {
        std::string text;
        store::each_device(store(), tenant().id,
                           [&](const store::Device& device) { text += device.id + " " + device.model + "; "; });
        return text;
    }
    store::Device device(const std::string& id) { return store::find_device(store(), tenant().id, id).value(); }
    void forget() {
        store().write([&](store::Transaction& transaction) { store::remove_tenant(transaction, tenant().id); });
        add("acme", "old");
    }
};

std::string utf16(const std::string& ascii, bool big) {
    std::string text = big ? "\xFE\xFF" : "\xFF\xFE";
    for (char c : ascii) {
        if (big) text += '\0';
        text += c;
        if (!big) text += '\0';
    }
    return text;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
    return text;
}

}  // namespace

TEST_CASE("a list is read however a spreadsheet wrote it") {
    const std::string plain = "serialNumber,deviceModel,productFamily\nC02AAA,MacBook Air,Mac\nC02BBB,iPad,iPad\n";
    struct Case {
        const char* name;
        std::string content;
    };
    const Case cases[] = {
        {"LF", plain},
        {"CRLF", replaced(plain, "\n", "\r\n")},
        {"CR", replaced(plain, "\n", "\r")},
        {"CR, without the last", replaced(plain, "\n", "\r").substr(0, plain.size() - 1)},
        {"mixed", "serialNumber,deviceModel\rC02AAA,MacBook Air\nC02BBB,iPad\r\n"},
        {"UTF-16, little", utf16(replaced(plain, "\n", "\r\n"), false)},
        {"UTF-16, big", utf16(plain, true)},
        {"semicolons", "\xEF\xBB\xBF" + replaced(plain, ",", ";")},
        {"tabs", replaced(plain, ",", "\t")},
        {"UTF-16 with tabs, as Excel's Unicode text", utf16(replaced(plain, ",", "\t"), false)},
        {"bars", replaced(plain, ",", "|")},
        {"sep", "sep=;\r\n" + replaced(plain, ",", ";")},
        {"sep in quotes", "\"sep=;\"\r\n" + replaced(plain, ",", ";")},
        {"a comma that looks like more",
         "sep=;\nserialNumber;deviceModel;a,b,c,d\nC02AAA;MacBook Air;x\nC02BBB;iPad;\n"},
        {"blanks after commas", replaced(plain, ",", ", ")},
        {"blanks and quotes", replaced(replaced(plain, ",", " , "), "iPad", "\"iPad\" ")},
        {"empty rows", replaced(plain, "\n", "\n,,\n\n") + ",,\n , ,\n"},
        {"empty columns", replaced(plain, "\n", ",,\n")},
        {"empty columns in the header only", "serialNumber,deviceModel,,,\nC02AAA,MacBook Air\nC02BBB,iPad,,\n"},
        {"a nameless column in the middle", "serialNumber,,deviceModel\nC02AAA,,MacBook Air\nC02BBB,,iPad\n"},
        {"empty rows before the header", ",,\n" + plain},
        {"an array",
         R"([{"serialNumber":"C02AAA","deviceModel":"MacBook Air"}, {"serialNumber":"C02BBB","deviceModel":"iPad"}])"},
        {"a document on a line",
         R"({"data":[{"type":"orgDevices","id":"C02AAA","attributes":{"deviceModel":"MacBook Air"}},{"type":"orgDevices","id":"C02BBB","attributes":{"deviceModel":"iPad"}}],"links":{}})"},
        {"a document on many lines",
         "{\n \"links\": {\"self\": \"x\"},\n \"meta\": {\"paging\": {\"limit\": 2}, \"n\": 7},\n \"data\": [\n  "
         "{\"id\": \"C02AAA\", \"attributes\":\n"
         "   {\"deviceModel\": \"MacBook Air\", \"x\": [\"}{][\\\"\"]}},\n  {\"id\": \"C02BBB\", \"attributes\": "
         "{\"deviceModel\": \"iPad\"}} ] }\n"},
        {"documents, one a line",
         R"({"data":[{"id":"C02AAA","attributes":{"deviceModel":"MacBook Air"}}],"links":{"next":"a"}})"
         "\n"
         R"({"data":[{"id":"C02BBB","attributes":{"deviceModel":"iPad"}}]})"},
        {"documents in an array",
         R"([{"data":[{"id":"C02AAA","attributes":{"deviceModel":"MacBook Air"}}]},{"data":[{"id":"C02BBB","attributes":{"deviceModel":"iPad"}}]}])"},
        {"one device asked for alone, twice",
         "{\"data\":{\"id\":\"C02AAA\",\"attributes\":{\"deviceModel\":\"MacBook "
         "Air\"}}}\n{\"data\":{\"id\":\"C02BBB\",\"attributes\":{\"deviceModel\":\"iPad\"}}}\n"},
        {"objects on many lines, as jq prints them",
         "{\n  \"serialNumber\": \"C02AAA\",\n  \"deviceModel\": \"MacBook Air\"\n}\n{\n  \"serialNumber\": "
         "\"C02BBB\",\n  \"deviceModel\": \"iPad\"\n}\n"},
        {"results",
         R"({"totalCount":2,"results":[{"Serial Number":"C02AAA","Model":"MacBook Air"},{"Serial Number":"C02BBB","Model":"iPad"}]})"},
        {"portal",
         "SERIAL_NO,DEVICE_ID,MODEL_NAME,PRODUCT_FAMILY\nC02AAA,C02AAA,MacBook Air,Mac\nC02BBB,C02BBB,iPad,iPad\n"},
        {"Jamf", "Jamf Pro Computer ID,Computer Name,Serial Number,Model\n1,m1,C02AAA,MacBook Air\n2,m2,C02BBB,iPad\n"},
        {"Snipe-IT",
         "ID,Asset Tag,Serial,Model,Category,Status\n1,A1,C02AAA,MacBook "
         "Air,Laptops,Deployed\n2,A2,C02BBB,iPad,Tablets,Deployed\n"},
        {"another case and other blanks",
         " SERIAL\xC2\xA0NUMBER , Device-Model\nc02aaa,MacBook Air\nC02BBB\xC2\xA0,iPad\n"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.name);
        Shop shop;
        auto done = shop.import(RecordKind::devices, each.content);
        CHECK(done.records == 2);
        CHECK(done.refused == 0);
        CHECK(shop.devices() == "C02AAA MacBook Air; C02BBB iPad; ");
        shop.check_sound();
    }
}

TEST_CASE("what in a list is not understood is told, with its line, and the rest is taken") {
    Shop shop;
    auto done = shop.import(RecordKind::devices, "serialNumber,deviceModel\nD1,a\nD2\n,b\nD3,c,d\nD4,e\n");
    CHECK(done.records == 2);
    CHECK(done.refused == 3);
    REQUIRE(shop.steps.size() == 3);
    CHECK(shop.steps[0].why.ends_with("line 3: 1 cells, where the header has 2"));
    CHECK(shop.steps[1].why.ends_with("line 4: no id or serialNumber"));
    CHECK(shop.steps[2].why.ends_with("line 5: 3 cells, where the header has 2"));
    CHECK(shop.devices() == "D1 a; D4 e; ");
    done = shop.import(RecordKind::devices,
                       "{\"serialNumber\":\"D5\"}\n{\"serialNumber\":\n{\"serialNumber\":\"D6\"}\n[]\n");
    CHECK(done.records == 2);
    CHECK(shop.steps.at(0).why.ends_with("line 2: no JSON object"));
    CHECK(shop.steps.at(1).why.ends_with("line 4: no JSON object"));
}

TEST_CASE("columns go by names of one's own, by names of others, and the rest is kept as it is called") {
    Shop shop;
    auto path = shop.scratch / "map";
    std::ofstream(path) << "# ours\nGer\xC3\xA4t = serialNumber\n\"Bestellung = Nr\" = orderNumber\n";
    shop.map = path;
    shop.import(RecordKind::devices,
                "GER\xC3\x84T,Ger\xC3\xA4t,Bestellung = Nr,PO Number,Room\nx,C02AAA,B-1,PO-2,12\n");
    auto attributes = nlohmann::json::parse(shop.device("C02AAA").attributes);
    CHECK(attributes["serialNumber"] == "C02AAA");
    CHECK(attributes["orderNumber"] == "B-1");
    CHECK(attributes["PO Number"] == "PO-2");
    CHECK(attributes["Room"] == "12");
    std::ofstream(path) << "Room = nothing\n";
    auto error = error_of([&] { shop.import(RecordKind::devices, "serialNumber\nD1\n"); });
    CHECK(error.message().find("there is no field 'nothing'") != std::string::npos);
    std::ofstream(path) << "Room\n";
    CHECK(error_of([&] { shop.import(RecordKind::devices, "serialNumber\nD1\n"); }).message().find("line 1") !=
          std::string::npos);
    // Each name stands for one thing.
    for (auto kind : {RecordKind::devices, RecordKind::coverage}) {
        std::map<std::string, std::string> owners;
        ColumnNames names(kind);
        for (const auto& column : column_names(kind)) {
            auto meant = names.meaning(column.name);
            for (const auto& other : column.others) {
                CAPTURE(other);
                CHECK(names.meaning(other).field == meant.field);
                CHECK(names.meaning(other).attribute == meant.attribute);
                CHECK(owners.emplace(other, column.name).second);
            }
        }
    }
}

TEST_CASE("answers of asset management wrap names and dates") {
    Shop shop;
    shop.import(RecordKind::devices,
                R"({"total":1,"rows":[{"id":3,"serial":"C02AAA","model":{"id":1,"name":"MacBook Air"}}]})");
    CHECK(shop.devices() == "C02AAA MacBook Air; ");
    shop.import(RecordKind::coverage,
                R"([{"serial":"C02AAA","warranty_expires":{"date":"2030-12-31","formatted":"31/12/30"}}])");
    CHECK(shop.steps.empty());
    int found = 0;
    store::each_coverage(shop.store(), shop.tenant().id, [&](const store::Coverage& each) {
        ++found;
        CHECK(each.ends == from_rfc3339("2030-12-31T00:00:00Z"));
    });
    CHECK(found == 1);
}

TEST_CASE("a device is known by its serial number, and a list's own id is kept beside") {
    Shop shop;
    shop.import(RecordKind::devices,
                "id,serialNumber,deviceModel\n17,C02AAA,a\n42, c02bbb\xE2\x80\x8B,b\nC02CCC,C02CCC,c\nc02ddd,,d\n");
    CHECK(shop.devices() == "C02AAA a; C02BBB b; C02CCC c; C02DDD d; ");
    CHECK(nlohmann::json::parse(shop.device("C02AAA").attributes)["id"] == "17");
    CHECK_FALSE(nlohmann::json::parse(shop.device("C02CCC").attributes).contains("id"));
    shop.import(RecordKind::coverage, "serialNumber,id,status,endDateTime\nc02aaa\xC2\xA0,W1,Active,2040-01-01\n");
    CHECK(shop.is_covered("C02AAA"));
    // The provider's own id is nobody's to change.
    shop.import(RecordKind::devices, R"({"id":"abc","attributes":{"serialNumber":"XYZ"}})");
    CHECK(shop.device("abc").serial == "XYZ");
    CHECK(plain_serial("\xEF\xBB\xBF \xE2\x80\x8E"
                       "c02 a\xC2\xAD"
                       "b\xE3\x80\x80") == "C02 AB");
    CHECK(plain_serial("D\xC3\xA4\xF0\x9F\x98\x80") == "D\xC3\xA4\xF0\x9F\x98\x80");
    CHECK(plain_serial("\x80\xC2") == "\x80\xC2");
}

TEST_CASE("dates are read in the forms that occur, and nothing else is taken for one") {
    const std::pair<const char*, const char*> dates[] = {
        {"2030-12-31", "2030-12-31T00:00:00Z"},
        {"2030-12-31T08:30:00Z", "2030-12-31T08:30:00Z"},
        {"2030-12-31T08:30:00.123456Z", "2030-12-31T08:30:00Z"},
        {"2030-12-31T08:30:00+0200", "2030-12-31T06:30:00Z"},
        {"2030-12-31T08:30:00-05", "2030-12-31T13:30:00Z"},
        {"2030-12-31T08:30Z", "2030-12-31T08:30:00Z"},
        {"2030-12-31 08:30", "2030-12-31T08:30:00Z"},
        {"2030-12-31 08:30:15", "2030-12-31T08:30:15Z"},
        {" 2030/12/31 ", "2030-12-31T00:00:00Z"},
        {"20301231", "2030-12-31T00:00:00Z"},
        {"20301231T083000Z", "2030-12-31T08:30:00Z"},
        {"31.12.2030", "2030-12-31T00:00:00Z"},
        {"01.02.2030", "2030-02-01T00:00:00Z"},
        {"12/31/2030", "2030-12-31T00:00:00Z"},
        {"31/12/2030", "2030-12-31T00:00:00Z"},
        {"4/4/2030", "2030-04-04T00:00:00Z"},
        {"12/31/2030 8:30 PM", "2030-12-31T20:30:00Z"},
        {"12/31/2030, 12:30:00 AM", "2030-12-31T00:30:00Z"},
        {"Dec 31, 2030", "2030-12-31T00:00:00Z"},
        {"December 31st, 2030", "2030-12-31T00:00:00Z"},
        {"31 Dec 2030", "2030-12-31T00:00:00Z"},
        {"31-Dec-2030", "2030-12-31T00:00:00Z"},
        {"Tue, 31 Dec 2030 08:30:00 GMT", "2030-12-31T08:30:00Z"},
        {"Tue, 31 Dec 2030 08:30:00 +0100", "2030-12-31T07:30:00Z"},
        {"1600000000", "2020-09-13T12:26:40Z"},
        {"1600000000.5", "2020-09-13T12:26:40Z"},
        {"1600000000000", "2020-09-13T12:26:40Z"},
        {"47848", "2030-12-31T00:00:00Z"},
        {"47848.5", "2030-12-31T12:00:00Z"},
    };
    for (const auto& [text, expected] : dates) {
        CAPTURE(text);
        CHECK(read_date(text) == from_rfc3339(expected));
    }
    CHECK(read_date("47848." + std::string(400, '0') + "1") == from_rfc3339("2030-12-31T00:00:00Z"));
    CHECK(read_date("47848." + std::string(400, '9')) == from_rfc3339("2031-01-01T00:00:00Z"));
    CHECK_FALSE(read_date(""));
    CHECK_FALSE(read_date(" \xC2\xA0"));
    CHECK_FALSE(read_date("0000-00-00 00:00:00"));
    for (const char* text : {"soon",
                             "n/a",
                             "-",
                             "2030-13-01",
                             "2030-02-30",
                             "2030-12-31 25:00",
                             "12/31/30",
                             "31.12.30",
                             "2030",
                             "2030-12",
                             "1.6E+09",
                             "-5",
                             "0",
                             "7",
                             "99999999999999999999",
                             "2030-12-31x",
                             "2030-12-31T08:30:00Zx",
                             "{}",
                             "true",
                             "32/13/2030",
                             "Foo 31, 2030",
                             "1969-12-31",
                             "12:30"}) {
        CAPTURE(text);
        CHECK(error_of([&] { read_date(text); }).code() == Code::usage);
    }
    CHECK(error_of([] { read_date("04/05/2030"); }).message() == "'04/05/2030' can be 2030-05-04 and 2030-04-05");
}

TEST_CASE("coverage is in force by its status and its end, however they are written") {
    Shop shop;
    auto in_force = [&](const std::string& device) { return shop.is_covered(device); };
    auto done = shop.import(
        RecordKind::coverage,
        R"({"device_id":"D1","id":"1","status":"Active","endDateTime":"2040-01-01"})"
        "\n"
        R"({"device_id":"D2","id":"2","status":"ACTIVE","startDateTime":1500000000,"endDateTime":1600000000})"
        "\n"
        R"({"device_id":"D3","id":"3","status":" in force ","endDateTime":2200000000000})"
        "\n"
        R"({"device_id":"D4","id":"4","status":"Expired"})"
        "\n"
        R"({"device_id":"D5","id":"5","status":"Aktiv"})"
        "\n"
        R"({"device_id":"D6","id":"6","status":"ACTIVE","endDateTime":"soon"})"
        "\n"
        R"({"device_id":"D7","id":"7","status":"ACTIVE","endDateTime":{"year":2040}})"
        "\n"
        R"({"device_id":"D8","id":"8","status":"ACTIVE","endDateTime":null})"
        "\n");
    CHECK(done.records == 5);
    CHECK(done.refused == 3);
    REQUIRE(shop.steps.size() == 3);
    CHECK(shop.steps[0].why.ends_with("line 5: coverage 5 of D5: status 'Aktiv' is not known"));
    CHECK(shop.steps[1].why.ends_with("line 6: coverage 6 of D6: endDateTime: 'soon' is not a date"));
    CHECK(shop.steps[2].why.find("line 7: coverage 7 of D7: endDateTime: '{") != std::string::npos);
    for (const char* device : {"D1", "D3", "D8"}) CHECK(in_force(device));
    for (const char* device : {"D2", "D4", "D5", "D6", "D7"}) CHECK_FALSE(in_force(device));
    // A list of when warranties end.
    shop.import(RecordKind::coverage, "Serial Number,Warranty Expiration\nW1,2040-01-01\nW2,2020-01-01\n");
    CHECK(in_force("W1"));
    CHECK_FALSE(in_force("W2"));
    shop.import(RecordKind::coverage,
                "serialNumber,id,status,endDateTime,Auto Renew,Cancelled\nR1,A,ACTIVE,2040-01-01,Yes,\n"
                "R2,A,ACTIVE,2040-01-01,TRUE,yes\nR3,A,ACTIVE,2040-01-01,no,no\n");
    for (const auto& [device, renews] : {std::pair("R1", true), std::pair("R2", false), std::pair("R3", false)}) {
        CAPTURE(device);
        CHECK(shop.is_covered(device, true) == renews);
        CHECK(store::renews(*store::find_coverage(shop.store(), shop.tenant().id, device, "A")) == renews);
    }
}

TEST_CASE("a dry run tells what an import would do, and changes nothing") {
    Shop shop;
    shop.import(RecordKind::devices, "serialNumber,deviceModel\nD1,a\nD2,b\n");
    auto before = store::verify_audit(shop.store()).head;
    auto done = shop.import(
        RecordKind::devices,
        "serialNumber,deviceModel,releasedFromOrgDateTime\nD1,a,\nD2,c,2029-01-01\nD3,d,\nD3,d,\n,e,\n", true);
    CHECK(done.added == 1);
    CHECK(done.changed == 1);
    CHECK(done.refused == 1);
    REQUIRE(shop.steps.size() == 3);
    CHECK(shop.steps[1].action == ImportStep::Action::changed);
    CHECK(shop.steps[1].id == "D2");
    CHECK(shop.steps[1].line == 3);
    CHECK(shop.steps[1].why == "model, attributes, inactive now");
    CHECK(shop.steps[0].action == ImportStep::Action::refused);
    CHECK(shop.devices() == "D1 a; D2 b; ");
    CHECK(store::verify_audit(shop.store()).head == before);
    // What it says is what happens.
    done = shop.import(RecordKind::devices,
                       "serialNumber,deviceModel,releasedFromOrgDateTime\nD1,a,\nD2,c,2029-01-01\nD3,d,\n");
    CHECK(done.added == 1);
    CHECK(done.changed == 1);
    CHECK(shop.device("D2").inactive_since == from_rfc3339("2029-01-01T00:00:00Z"));
    shop.check_sound();
}

namespace {

/// What a tenant may have, by chance: texts with all that separates, quotes, guards and looks like something else.
class Chance {
public:
    explicit Chance(unsigned seed) : generator_(seed) {}

    std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(generator_); }
    bool now_and_then() { return below(4) == 0; }

    std::string text() {
        static const char* const parts[] = {
            "a",        "B",     " ",          ",",     ";",    "\"",   "'",          "=",
            "+1",       "-",     "@",          "\n",    "\r",   "\r\n", "\t",         "\\",
            "\xC3\xA4", "{}",    "[",          "true",  "null", "0",    "1600000000", "\xF0\x9F\x98\x80",
            "\xC2\xA0", "sep=;", "2030-01-01", "ACTIVE"};
        std::string text;
        for (auto size = below(5); size > 0; --size) text += parts[below(std::size(parts))];
        return text;
    }
    Time time() { return from_unix(1'500'000'000 + static_cast<std::int64_t>(below(300'000'000))); }

    nlohmann::ordered_json value(int level = 0) {
        switch (below(level > 1 ? 6 : 8)) {
            case 0:
                return nullptr;
            case 1:
                return below(2) == 0;
            case 2:
                return static_cast<std::int64_t>(below(1000)) - 500;
            case 6:
                return nlohmann::ordered_json::array({value(level + 1), value(level + 1)});
            case 7:
                return nlohmann::ordered_json{{text(), value(level + 1)}};
            default:
                return text();
        }
    }
    std::string attributes() {
        static const char* const names[] = {"color",       "imei",
                                            "id",          "status",
                                            "days_left",   "orderNumber",
                                            "first_seen",  "last_seen",
                                            "tenant",      "attributes",
                                            "isRenewable", "serial",
                                            "device_id",   "releasedFromOrgDateTime",
                                            "endDateTime", "model",
                                            "type",        "relationships"};
        auto object = nlohmann::ordered_json::object();
        for (auto size = below(6); size > 0; --size) object[names[below(std::size(names))]] = value();
        return object.dump();
    }

private:
    std::mt19937 generator_;
};

std::vector<store::Device> devices_by(Chance& chance, Time now) {
    std::vector<store::Device> devices;
    for (int i = 0; i < 12; ++i) {
        store::Device device;
        device.id = "d " + std::to_string(i) + (chance.now_and_then() ? "=x,\"" : "");
        device.serial = chance.text();
        device.model = chance.text();
        device.family = chance.text();
        device.status = chance.text();
        device.attributes = chance.attributes();
        if (chance.now_and_then()) device.inactive_since = chance.time();
        device.last_seen = now - Seconds{chance.below(1000)};
        device.first_seen = device.last_seen - Seconds{chance.below(1000)};
        devices.push_back(device);
    }
    return devices;
}

std::vector<store::Coverage> coverage_by(Chance& chance, Time now) {
    std::vector<store::Coverage> all;
    for (int i = 0; i < 12; ++i) {
        store::Coverage coverage;
        coverage.id = "c'" + std::to_string(i);
        coverage.device_id = "d " + std::to_string(chance.below(12));
        coverage.status = chance.now_and_then() ? chance.text() : "ACTIVE";
        if (coverage_status_of(coverage.status)) coverage.status = std::string(*coverage_status_of(coverage.status));
        coverage.description = "x" + chance.text();
        if (chance.now_and_then()) coverage.starts = chance.time();
        if (chance.now_and_then()) coverage.ends = chance.time();
        coverage.attributes = chance.attributes();
        coverage.last_seen = now - Seconds{chance.below(1000)};
        all.push_back(coverage);
    }
    return all;
}

using Row = std::vector<std::pair<std::string, nlohmann::ordered_json>>;

nlohmann::ordered_json time_or_null(const std::optional<Time>& time) {
    return time ? nlohmann::ordered_json(to_rfc3339(*time)) : nlohmann::ordered_json();
}

Row row_of(const store::Device& device) {
    return {{"id", device.id},
            {"serial", device.serial},
            {"model", device.model},
            {"family", device.family},
            {"status", device.status},
            {"inactive_since", time_or_null(device.inactive_since)},
            {"product", "P"},
            {"order", nullptr},
            {"server", nullptr},
            {"coverage_status", "ACTIVE"},
            {"coverage_ends", nullptr},
            {"coverage_renews", true},
            {"days_left", 7},
            {"first_seen", to_rfc3339(device.first_seen)},
            {"last_seen", to_rfc3339(device.last_seen)},
            {"attributes", nlohmann::ordered_json::parse(device.attributes)}};
}

Row row_of(const store::Coverage& coverage) {
    return {{"device_id", coverage.device_id},
            {"id", coverage.id},
            {"status", coverage.status},
            {"description", coverage.description},
            {"starts", time_or_null(coverage.starts)},
            {"ends", time_or_null(coverage.ends)},
            {"days_left", coverage.ends ? nlohmann::ordered_json(-3) : nlohmann::ordered_json()},
            {"renews", false},
            {"last_seen", to_rfc3339(coverage.last_seen)},
            {"attributes", nlohmann::ordered_json::parse(coverage.attributes)}};
}

/// As the command line writes them.
template <class Record>
std::string as_lines(const std::vector<Record>& records) {
    std::string text;
    for (const auto& record : records) {
        auto object = nlohmann::ordered_json::object();
        for (const auto& [key, value] : row_of(record)) object[key] = value;
        text += object.dump(-1, ' ', true) + "\n";
    }
    return text;
}

template <class Record>
std::string as_csv(const std::vector<Record>& records) {
    std::string text;
    for (const auto& record : records) {
        auto row = row_of(record);
        if (text.empty())
            for (const auto& [key, value] : row) text += (text.empty() ? "" : ",") + key;
        std::string line;
        for (const auto& [key, value] : row) {
            if (&key != &row.front().first) line += ',';
            if (key == "attributes")
                line += csv_text(value.dump());
            else if (value.is_string())
                line += csv_text(value.template get<std::string>());
            else if (!value.is_null())
                line += csv_field(value.dump());
        }
        text += "\r\n" + line;
    }
    return text + "\r\n";
}

bool same(const store::Device& a, const store::Device& b) {
    return a.id == b.id && a.serial == b.serial && a.model == b.model && a.family == b.family && a.status == b.status &&
           a.attributes == b.attributes && a.inactive_since == b.inactive_since && a.first_seen == b.first_seen &&
           a.last_seen == b.last_seen;
}
bool same(const store::Coverage& a, const store::Coverage& b) {
    return a.id == b.id && a.device_id == b.device_id && a.status == b.status && a.description == b.description &&
           a.starts == b.starts && a.ends == b.ends && a.attributes == b.attributes && a.last_seen == b.last_seen;
}

}  // namespace

TEST_CASE("what is exported is imported as it was, whatever a tenant has") {
    Shop shop;
    for (unsigned seed = 0; seed < 150; ++seed) {
        CAPTURE(seed);
        Chance chance(seed);
        auto devices = devices_by(chance, shop.now);
        auto coverage = coverage_by(chance, shop.now);
        bool lines = seed % 2 == 0;
        shop.import(RecordKind::devices, lines ? as_lines(devices) : as_csv(devices));
        CHECK(shop.steps.empty());
        shop.import(RecordKind::coverage, lines ? as_lines(coverage) : as_csv(coverage));
        CHECK(shop.steps.empty());
        for (const auto& each : devices) {
            CAPTURE(each.id);
            CAPTURE(each.attributes);
            CAPTURE(shop.device(each.id).attributes);
            CHECK(same(shop.device(each.id), each));
        }
        for (const auto& each : coverage) {
            auto read = store::find_coverage(shop.store(), shop.tenant().id, each.device_id, each.id);
            REQUIRE(read);
            CAPTURE(each.attributes);
            CAPTURE(read->attributes);
            CHECK(same(*read, each));
        }
        shop.forget();
    }
}

TEST_CASE("with a column for each attribute, none is taken for something else") {
    CHECK(attribute_column(RecordKind::devices, "color") == "color");
    CHECK(attribute_column(RecordKind::devices, "description") == "description");
    CHECK(attribute_column(RecordKind::coverage, "description") == "attributes.description");
    CHECK(attribute_column(RecordKind::devices, "attributes.x") == "attributes.attributes.x");
    const char* const names[] = {"color", "id",        "serial",         "days_left",    "tenant", "attributes",
                                 "order", "device_id", "inactive_since", "attributes.x", "x",      "description",
                                 "=a",    "product",   "renews",         "endDateTime"};
    Shop shop;
    for (bool own_status : {true, false}) {
        CAPTURE(own_status);
        auto attributes = nlohmann::json::object();
        std::string header;
        std::string cells;
        auto add = [&](RecordKind kind, const std::string& name) {
            attributes[name] = "of " + name;
            header += "," + csv_text(attribute_column(kind, name));
            cells += "," + csv_text("of " + name);
        };
        for (const auto* name : names) add(RecordKind::devices, name);
        if (own_status) add(RecordKind::devices, "status");
        if (!own_status) attributes["status"] = "A";
        shop.import(RecordKind::devices,
                    "id,serial,model,family,status,inactive_since,product,order,server,coverage_status,coverage_ends,"
                    "coverage_renews,days_left,first_seen,last_seen" +
                        header + "\r\nD1,S1,m,f,A,,P,,,,,,,2027-01-01T00:00:00Z,2027-01-01T00:00:00Z" + cells + "\r\n");
        CHECK(shop.steps.empty());
        CHECK(nlohmann::json::parse(shop.device("D1").attributes) == attributes);
        CHECK(shop.device("D1").serial == "S1");
        CHECK(shop.device("D1").status == "A");

        attributes = nlohmann::json::object();
        header.clear();
        cells.clear();
        for (const auto* name : names)
            if (name != std::string("description")) add(RecordKind::coverage, name);
        if (own_status) add(RecordKind::coverage, "status");
        if (own_status) add(RecordKind::coverage, "description");
        if (!own_status) attributes["status"] = "ACTIVE";
        if (!own_status) attributes["description"] = "cover";
        shop.import(RecordKind::coverage, "device_id,id,status,description,starts,ends,days_left,renews,last_seen" +
                                              header + "\r\nD1,C1,ACTIVE,cover,,,,false,2027-01-01T00:00:00Z" + cells +
                                              "\r\n");
        CHECK(shop.steps.empty());
        auto read = store::find_coverage(shop.store(), shop.tenant().id, "D1", "C1");
        REQUIRE(read);
        CHECK(nlohmann::json::parse(read->attributes) == attributes);
        CHECK(read->description == "cover");
    }
}

TEST_CASE("devices that lists brought under other names are named by their serial numbers, with all they have") {
    Shop shop;
    auto id = shop.tenant().id;
    store::Device told;
    told.id = told.serial = "C02AAA";
    told.model = "told";
    told.attributes = "{}";
    told.first_seen = told.last_seen = shop.now;
    auto listed = told;
    listed.id = "17";
    listed.model = "listed";
    listed.attributes = R"({"room":"1"})";
    listed.inactive_since = shop.now;
    auto small = listed;
    small.id = small.serial = "c02bbb";
    auto alone = listed;
    alone.id = "42";
    alone.serial = "C02CCC";
    alone.inactive_since.reset();
    store::Coverage cover;
    cover.id = "W";
    cover.device_id = "17";
    cover.status = "ACTIVE";
    cover.attributes = "{}";
    cover.last_seen = shop.now;
    auto beside = cover;
    beside.id = "X";
    beside.device_id = "c02aaa";
    auto of_nobody = cover;
    of_nobody.device_id = "c02zzz";
    shop.store().write([&](store::Transaction& transaction) {
        store::put_devices(transaction, id, {listed, small, alone});
        store::put_coverage(transaction, id, {cover, beside, of_nobody});
        store::Sync sync;
        sync.tenant_id = id;
        sync.started_at = shop.now;
        store::add_sync(transaction, sync);
        store::upsert_seen(transaction, id, sync.generation, {told});
    });
    auto found = misnamed_devices(shop.store(), shop.tenant());
    CHECK(found.count == 4);
    CHECK(found.example == "17");
    CHECK(found.name == "C02AAA");
    CHECK(rename_devices(shop.home(), shop.tenant(), {shop.now, "tester@bench"}) == 4);
    CHECK(rename_devices(shop.home(), shop.tenant(), {shop.now, "tester@bench"}) == 0);
    CHECK(misnamed_devices(shop.store(), shop.tenant()).count == 0);
    CHECK(shop.devices() == "C02AAA told; C02BBB listed; C02CCC listed; ");
    CHECK_FALSE(shop.device("C02AAA").inactive_since);
    CHECK(shop.device("C02BBB").inactive_since);
    CHECK(nlohmann::json::parse(shop.device("C02CCC").attributes)["id"] == "42");
    std::string earlier;
    store::each_earlier_device(shop.store(), id, [&](const store::Device& device) {
        earlier += device.id + " " + device.model + " " + device.attributes + "; ";
    });
    CHECK(earlier == R"(C02AAA listed {"room":"1","id":"17"}; )");
    CHECK(store::find_coverage(shop.store(), id, "C02AAA", "W"));
    CHECK(store::find_coverage(shop.store(), id, "C02AAA", "X"));
    CHECK(store::find_coverage(shop.store(), id, "c02zzz", "W"));
    auto counts = store::count_records(shop.store(), id);
    CHECK(counts.devices == 3);
    CHECK(counts.inactive == 1);
    CHECK(counts.coverage == 3);
    CHECK(shop.store().problems().empty());
    shop.check_sound();
}
