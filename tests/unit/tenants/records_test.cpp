#include "rekey/tenants/records.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "base/files/descriptor.hpp"
#include "rekey/tenants/credentials.hpp"
#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;
using test::error_of;
using test::Workshop;

namespace {

class Files {
public:
    std::string path(const std::string& name) const { return scratch_ / name; }
    std::string write(const std::string& name, const std::string& content) {
        auto path = scratch_ / name;
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

private:
    test::TemporaryFolder scratch_;
};

std::vector<store::Device> devices_of(Workshop& shop) {
    std::vector<store::Device> devices;
    store::each_device(shop.store(), shop.tenant().id, [&](const store::Device& device) { devices.push_back(device); });
    return devices;
}

std::int64_t import(Workshop& shop, const std::string& path) {
    return import_devices(shop.store(), shop.tenant(), path, {shop.now, "tester@bench"}).records;
}

}  // namespace

TEST_CASE("devices come from CSV with every field kept") {
    Workshop shop;
    Files files;
    auto path = files.write("d.csv",
                            "\xEF\xBB\xBFserialNumber,deviceModel,productFamily,status,color,\"note, long\"\r\n"
                            "S1,\"Mac \"\"Pro\"\"\",Mac,ASSIGNED,,\"two\nlines, =1+1\"\r\n"
                            "\r\n"
                            "S2,iPad,iPad,UNASSIGNED,GR\xC3\x9CN,");
    CHECK(import(shop, path) == 2);
    auto devices = devices_of(shop);
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].id == "S1");
    CHECK(devices[0].model == "Mac \"Pro\"");
    CHECK(devices[0].family == "Mac");
    CHECK(devices[0].attributes.find(R"("note, long":"two\u000alines, =1+1")") != std::string::npos);
    CHECK(devices[1].attributes.find("GR\xC3\x9CN") != std::string::npos);
    shop.check_sound();
}

TEST_CASE("devices come from JSON Lines, in the provider's form and in a flat one") {
    Workshop shop;
    Files files;
    auto path = files.write(
        "d.jsonl",
        R"({"type":"orgDevices","id":"S1","attributes":{"serialNumber":"S1","deviceModel":"Mac","imei":["1","2"],"new":7}})"
        "\n\n"
        R"({"serialNumber":"S2","productFamily":"iPad","unknown":{"a":null}})"
        "\n");
    CHECK(import(shop, path) == 2);
    auto devices = devices_of(shop);
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].model == "Mac");
    CHECK(devices[0].attributes.find(R"("imei":["1","2"],"new":7)") != std::string::npos);
    CHECK(devices[1].family == "iPad");
    CHECK(devices[1].attributes.find(R"("unknown":{"a":null})") != std::string::npos);
}

TEST_CASE("a wrong line is named, and what is before it stays") {
    struct Case {
        const char* name;
        std::string content;
        const char* message;
    };
    const Case cases[] = {
        {"NUL", std::string("serialNumber,x\nS1,a\nS2,b\0c\n", 27), "line 3: a NUL byte"},
        {"UTF-8", "serialNumber,x\nS1,a\nS2,\xC0\xAF\n", "line 3: not UTF-8"},
        {"surrogate", "serialNumber,x\nS1,a\nS2,\xED\xA0\x80\n", "line 3: not UTF-8"},
        {"cells", "serialNumber,x\nS1,a\nS2\n", "line 3: 1 cells, where the header has 2"},
        {"quote", "serialNumber,x\nS1,a\nS2,\"b\n", "a quote that is not closed"},
        {"after quote", "serialNumber,x\nS1,a\nS2,\"b\"c\n", "line 3: something between"},
        {"long", "serialNumber,x\nS1,a\nS2," + std::string(1'100'000, 'x') + "\n", "line 3: longer than"},
        {"no id", "serialNumber,x\nS1,a\n,b\n", "line 3: no id or serialNumber"},
        {"json", "{\"id\":\"S1\"}\n{\"id\":\"S2\"\n", "line 2: no JSON object"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.name);
        Workshop shop;
        Files files;
        auto path = files.write("d", each.content);
        auto error = error_of([&] { import(shop, path); });
        CHECK(error.code() == Code::usage);
        CHECK(error.message().find(each.message) != std::string::npos);
        bool only_this = error.hint().find("1 others are imported") != std::string::npos;
        CHECK((only_this || error.hint().find("the device before it is imported") != std::string::npos));
        CHECK(devices_of(shop).size() == 1);
        shop.check_sound();
    }
}

TEST_CASE("many records are committed in batches, again without effect, and never deleted") {
    Workshop shop;
    Files files;
    std::string csv = "id,serialNumber,status\n";
    for (int i = 0; i < 25'000; ++i) csv += "D" + std::to_string(i) + ",S" + std::to_string(i) + ",ASSIGNED\n";
    auto path = files.write("d.csv", csv);
    auto done = import_devices(shop.store(), shop.tenant(), path, {shop.now, "tester@bench"});
    CHECK(done.records == 25'000);
    CHECK(done.batches == 3);
    import(shop, path);
    import(shop, files.write("one.csv", "id,serialNumber\nD1,S1\n"));
    CHECK(store::count_records(shop.store(), shop.tenant().id).devices == 25'000);
}

TEST_CASE("an import that fails does not wait for the rest of its input") {
    Workshop shop;
    Files files;
    auto path = files.path("pipe");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    // Both ends, so that neither opening waits, and reading never comes to an end.
    Descriptor pipe(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    REQUIRE(pipe);
    std::string text = "serialNumber,x\nS1,a\n";
    for (int i = 0; i < 1000; ++i) text += ",b\n";
    REQUIRE(::write(pipe.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ImportWish wish;
    wish.path = path;
    wish.tell = [](const ImportStep&) { throw Error(Code::failed, "no room"); };
    auto error = error_of([&] {
        import_records(shop.store(), shop.tenant(), RecordKind::devices, wish, {shop.now, "tester@bench"});
    });
    CHECK(error.code() == Code::failed);
    CHECK(error.message() == "no room");
    CHECK(devices_of(shop).empty());
    shop.check_sound();
}

TEST_CASE("of many that are refused each is told, in the order of the file") {
    Workshop shop;
    Files files;
    std::string csv = "serialNumber,x\n";
    for (int i = 0; i < 3000; ++i) csv += i % 1000 == 0 ? "S" + std::to_string(i) + ",a\n" : ",b\n";
    std::vector<std::int64_t> lines;
    ImportWish wish;
    wish.path = files.write("d.csv", csv);
    wish.tell = [&](const ImportStep& step) { lines.push_back(step.line); };
    auto done = import_records(shop.store(), shop.tenant(), RecordKind::devices, wish, {shop.now, "tester@bench"});
    CHECK(done.records == 3);
    CHECK(done.batches == 1);
    CHECK(done.refused == 2997);
    REQUIRE(lines.size() == 2997);
    CHECK(std::is_sorted(lines.begin(), lines.end()));
    CHECK(lines.front() == 3);
    CHECK(lines.back() == 3001);
}

TEST_CASE("coverage takes times, days and open ends") {
    Workshop shop;
    Files files;
    auto path = files.write("c.csv",
                            "device_id,id,status,description,startDateTime,endDateTime,agreementNumber\n"
                            "S1,,ACTIVE,AppleCare+,2027-01-01T00:00:00Z,,AG1\n"
                            "S1,C2,INACTIVE,Limited Warranty,2024-01-01,2025-01-01,\n");
    auto done = import_coverage(shop.store(), shop.tenant(), path, {shop.now, "tester@bench"});
    CHECK(done.records == 2);
    std::vector<store::Coverage> all;
    store::each_coverage(shop.store(), shop.tenant().id, [&](const store::Coverage& each) { all.push_back(each); });
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == "AG1");
    CHECK_FALSE(all[0].ends);
    CHECK(all[1].ends == from_rfc3339("2025-01-01T00:00:00Z"));
    auto bad = files.write("bad.csv", "device_id,id,endDateTime\nS1,C3,soon\n");
    CHECK(error_of([&] {
              import_coverage(shop.store(), shop.tenant(), bad, {shop.now, "t"});
          })
              .message()
              .find("line 2: coverage C3 of S1: endDateTime: 'soon' is not a date") != std::string::npos);
}

TEST_CASE("a file of the other kind changes nothing") {
    Workshop shop;
    Files files;
    Stamp stamp{shop.now, "tester@bench"};
    const char* not_coverage[] = {
        "serialNumber,deviceModel,status\nD1,Mac,ASSIGNED\n",
        "id,serial,model,family,status,inactive_since,first_seen,last_seen,attributes\nD1,D1,Mac,,,,,,{}\n",
        "serialNumber\nD1\n",
        R"({"type":"orgDevices","id":"D1","attributes":{"serialNumber":"D1","deviceModel":"Mac","status":"ASSIGNED"}})",
    };
    for (const auto* content : not_coverage) {
        CAPTURE(content);
        auto error = error_of([&] { import_coverage(shop.store(), shop.tenant(), files.write("d", content), stamp); });
        CHECK(error.code() == Code::usage);
        CHECK(error.hint().starts_with("nothing of it is imported"));
    }
    const char* not_devices[] = {
        R"({"device_id":"D1","id":"C1","status":"ACTIVE","endDateTime":null})",
        R"({"type":"appleCareCoverage","id":"C1","attributes":{"status":"ACTIVE","agreementNumber":null}})",
        "device_id,id,status,description,starts,ends,days_left,last_seen,attributes\nD1,C1,ACTIVE,,,,,,{}\n",
        "serialNumber,agreementNumber,description\nD1,AG1,AppleCare\n",
    };
    for (const auto* content : not_devices) {
        CAPTURE(content);
        auto error = error_of([&] { import(shop, files.write("c", content)); });
        CHECK(error.message().find("line ") != std::string::npos);
        CHECK(error.message().find("a coverage record, where a device is needed") != std::string::npos);
    }
    auto counts = store::count_records(shop.store(), shop.tenant().id);
    CHECK(counts.devices == 0);
    CHECK(counts.coverage == 0);
    // One report may have both.
    auto both =
        files.write("both.csv", "serialNumber,deviceModel,agreementNumber,endDateTime\nD1,Mac,AG1,2027-01-01\n");
    CHECK(import(shop, both) == 1);
    CHECK(import_coverage(shop.store(), shop.tenant(), both, stamp).records == 1);
}

TEST_CASE("the apostrophe of an export is taken away, and no other") {
    Workshop shop;
    Files files;
    auto path = files.write("d.csv", "id,deviceModel,color\n'=D1,'@SUM(1),''-1\n'x,'','\n");
    CHECK(import(shop, path) == 2);
    auto devices = devices_of(shop);
    REQUIRE(devices.size() == 2);
    CHECK(devices[0].id == "'X");
    CHECK(devices[0].model == "''");
    CHECK(devices[0].attributes.find(R"("color":"'")") != std::string::npos);
    CHECK(devices[1].id == "=D1");
    CHECK(devices[1].model == "@SUM(1)");
    CHECK(devices[1].attributes.find(R"("color":"'-1")") != std::string::npos);
}

TEST_CASE("what is neither JSON Lines nor CSV is told as such") {
    Workshop shop;
    Files files;
    auto said = [&](const std::string& content) {
        auto error = error_of([&] { import(shop, files.write("d", content)); });
        CHECK(error.code() == Code::usage);
        CHECK_FALSE(error.hint().empty());
        return error.message();
    };
    CHECK(said("<?xml version=\"1.0\"?><a b=\"c\"/>").ends_with("d is neither JSON nor CSV but XML or HTML"));
    CHECK(said("PK\x03\x04 and so on").ends_with("d is a spreadsheet or an archive, and no text"));
    CHECK(said("name;price\nD1;2\n").ends_with("line 1: no column with serial numbers among 'name', 'price'"));
    CHECK(said("[{\"id\":\"D1\"}").find("ends within an array") != std::string::npos);
    auto list = files.write("empty.csv", "");
    auto error = error_of([&] { read_pack_list(list, {}); });
    CHECK(error.message().ends_with("empty.csv: empty, where a header is needed"));
    CHECK_FALSE(error.hint().empty());
}

TEST_CASE("a list for packing refuses formulas and names the line") {
    Workshop shop;
    Files files;
    files.write("key.pem", shop.key_of("new"));
    auto good =
        files.write("l.csv", "id,name,scope,client_id,key_id,version,key_file\ne1,Acme,business,C1,K1,3,key.pem\n");
    auto entries = read_pack_list(good, {});
    REQUIRE(entries.size() == 1);
    CHECK(entries.front().version == 3);
    auto formula = files.write("f.csv", "id,name,client_id,key_id,key_file\ne1,=HYPERLINK(1),C1,K1,key.pem\n");
    CHECK(error_of([&] { read_pack_list(formula, {}); }).message().find("line 2: the name is a formula") !=
          std::string::npos);
}
