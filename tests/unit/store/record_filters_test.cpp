#include <fmt/format.h>

#include "rekey/store/records.hpp"
#include "store/tenant_sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// Devices named after their coverage; `noon` is now.
struct Shop : Tenants {
    Shop() {
        std::vector<Device> devices;
        for (const char* id : {"ended", "inactive", "long", "none", "off", "open", "soon", "soon-and-long"})
            devices.push_back(device_with(id));
        devices[1].inactive_since = noon - day;
        devices[2].model = "MacBook Pro";
        devices[2].family = "Mac";
        devices[3].attributes = R"({"orderNumber":"PO-4711","imei":["356"],"x":{"y":"Zeta \u00fc"}})";
        put(acme, devices);
        put(globex, {device_with("none")});
        std::vector<Coverage> coverage;
        auto add = [&](const char* device, const char* id, std::optional<Time> ends, const char* status = "ACTIVE") {
            coverage.push_back(coverage_with(device, id));
            coverage.back().ends = ends;
            coverage.back().status = status;
        };
        add("ended", "1", noon - day);
        add("inactive", "1", noon + 5 * day);
        add("long", "1", noon + 400 * day);
        add("off", "1", noon + 5 * day, "INACTIVE");
        add("open", "1", std::nullopt);
        add("open", "2", noon + 5 * day);
        add("soon", "1", noon + 5 * day);
        add("soon", "2", noon - 5 * day);
        add("soon-and-long", "1", noon + 5 * day);
        add("soon-and-long", "2", noon + 400 * day);
        put(acme, coverage);
        put(globex, {coverage_with("none", "1")});
    }

    std::string devices(const DeviceFilter& filter) {
        std::string ids;
        each_device(store, acme.id, filter, [&](const Device& device) { ids += device.id + " "; });
        return ids;
    }
    std::string coverage(const CoverageFilter& filter) {
        std::string ids;
        each_coverage(store, acme.id, filter,
                      [&](const Coverage& each) { ids += each.device_id + "/" + each.id + " "; });
        return ids;
    }
};

DeviceFilter at_noon() {
    DeviceFilter filter;
    filter.now = noon;
    return filter;
}

DeviceFilter searching(const std::string& text) {
    DeviceFilter filter;
    filter.search = text;
    return filter;
}

}  // namespace

TEST_CASE("devices are found by what they are and how they are covered") {
    Shop shop;
    DeviceFilter filter;
    filter.now = noon;
    CHECK(shop.devices(filter) == "ended inactive long none off open soon soon-and-long ");
    filter.active = true;
    CHECK(shop.devices(filter) == "ended long none off open soon soon-and-long ");
    filter.without_coverage = true;
    CHECK(shop.devices(filter) == "ended none off ");
    filter.without_coverage = false;
    filter.expires_before = noon + 10 * day;
    CHECK(shop.devices(filter) == "soon ");
    filter.active = false;
    CHECK(shop.devices(filter) == "inactive ");
    filter.active.reset();
    filter.expires_before = noon + 500 * day;
    CHECK(shop.devices(filter) == "inactive long soon soon-and-long ");
    filter.model = "macbook";
    CHECK(shop.devices(filter) == "long ");
    filter.model = "' OR 1 --";
    CHECK(shop.devices(filter).empty());
}

TEST_CASE("a search finds values wherever they are, and no names of attributes") {
    Shop shop;
    CHECK(shop.devices(searching("po-47")) == "none ");
    CHECK(shop.devices(searching("356")) == "none ");
    CHECK(shop.devices(searching("ZETA")) == "none ");
    CHECK(shop.devices(searching("SNONE")) == "none ");
    CHECK(shop.devices(searching("orderNumber")).empty());
    CHECK(shop.devices(searching("%")).empty());
    CHECK(shop.devices(searching("macbook")) == "long ");
}

TEST_CASE("coverage is found by whether it is in force, its end and its device") {
    Shop shop;
    CoverageFilter filter;
    filter.now = noon;
    filter.in_force = false;
    CHECK(shop.coverage(filter) == "ended/1 off/1 soon/2 ");
    filter.in_force = true;
    CHECK(shop.coverage(filter) == "inactive/1 long/1 open/1 open/2 soon/1 soon-and-long/1 soon-and-long/2 ");
    filter.expires_before = noon + 10 * day;
    CHECK(shop.coverage(filter) == "inactive/1 open/2 soon/1 soon-and-long/1 ");
    filter.search = "SOON-AND";
    CHECK(shop.coverage(filter) == "soon-and-long/1 ");
    filter = {};
    filter.model = "mac";
    CHECK(shop.coverage(filter) == "long/1 ");
    filter = {};
    filter.search = "limited";
    CHECK(shop.coverage(filter).size() > 60);
}

TEST_CASE("a tenant's coverage in two numbers") {
    Shop shop;
    auto status = coverage_status(shop.store, shop.acme.id, noon, noon + 10 * day);
    CHECK(status.without == 3);
    CHECK(status.expiring == 1);
    status = coverage_status(shop.store, shop.globex.id, noon, noon + 10 * day);
    CHECK(status.without == 0);
    CHECK(status.expiring == 0);
}

TEST_CASE("each device comes with what covers it best") {
    Shop shop;
    std::string covered;
    each_covered_device(shop.store, shop.acme.id, at_noon(),
                        [&](const Device& device, const std::optional<Cover>& cover) {
                            covered += device.id;
                            if (cover)
                                covered += fmt::format(" {} {}", cover->in_force ? "in force" : cover->status,
                                                       cover->ends ? (*cover->ends - noon) / day : 0);
                            covered += "; ";
                        });
    CHECK(covered ==
          "ended ACTIVE -1; inactive in force 5; long in force 400; none; off INACTIVE 5; open in force 0; "
          "soon in force 5; soon-and-long in force 400; ");
    DeviceFilter filter = at_noon();
    filter.without_coverage = true;
    covered.clear();
    each_covered_device(shop.store, shop.acme.id, filter,
                        [&](const Device& device, const std::optional<Cover>&) { covered += device.id + " "; });
    CHECK(covered == shop.devices(filter));
    CHECK(covered == "ended none off ");
}
