// What a million device records cost, beside `sqlite3 .import` of the same CSV into an equal table
// with the same indexes; and a rotation of a tenant that has them.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <random>

#include "rekey/store/records.hpp"
#include "store/records/devices.hpp"
#include "store/records/record_counts.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/rotations.hpp"
#include "store/tenants/tenants.hpp"

namespace {

using namespace rekey;
using namespace rekey::store;

constexpr Time noon = Time{Seconds{1'800'000'000}};
constexpr std::size_t batch_size = 10'000;

std::string folder() {
    const char* parent = std::getenv("REKEY_TEST_FOLDER");
    std::string path = std::string(parent != nullptr ? parent : "/var/tmp") + "/rekey-bench-store";
    std::filesystem::create_directories(path);
    return path;
}

Device device_number(std::int64_t i) {
    Device device;
    device.id = fmt::format("C{:011X}", i * 7919);
    device.serial = device.id;
    device.model = i % 2 == 0 ? "iPhone 15" : "MacBook Air (M2, 2022)";
    device.family = i % 2 == 0 ? "iPhone" : "Mac";
    device.status = "ASSIGNED";
    device.attributes = fmt::format(
        R"({{"serialNumber":"{}","deviceModel":"{}","productFamily":"{}","deviceCapacity":"128GB",)"
        R"("partNumber":"MTLX3LL/A","orderNumber":"W{:09}","color":"BLACK","status":"ASSIGNED",)"
        R"("orderDateTime":"2024-03-01T00:00:00Z","addedToOrgDateTime":"2024-03-{:02}T10:11:12Z",)"
        R"("imei":["35{:013}"],"wifiMacAddress":"A8:BB:CC:{:02X}:{:02X}:{:02X}"}})",
        device.serial, device.model, device.family, i, i % 28 + 1, i, (i >> 16) & 255, (i >> 8) & 255, i & 255);
    device.first_seen = noon;
    device.last_seen = noon;
    return device;
}

std::string csv_field(const std::string& text) {
    std::string field = "\"";
    for (char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
    return field + "\"";
}

/// The columns of the table, in its order, of one tenant; made once.
std::string csv_of(std::int64_t count, bool in_order) {
    std::string path = fmt::format("{}/{}-{}.csv", folder(), count, in_order ? "ordered" : "shuffled");
    if (std::filesystem::exists(path)) return path;
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    if (!in_order) std::shuffle(numbers.begin(), numbers.end(), std::mt19937(5));
    std::ofstream file(path + ".new", std::ios::binary);
    for (auto number : numbers) {
        Device device = device_number(number);
        file << "1," << device.id << ',' << device.serial << ',' << csv_field(device.model) << ',' << device.family
             << ',' << device.status << ',' << csv_field(device.attributes) << ",," << unix_seconds(noon) << ','
             << unix_seconds(noon) << '\n';
    }
    file.close();
    std::filesystem::rename(path + ".new", path);
    return path;
}

/// One line of a file made above: no line breaks in fields.
void split(const std::string& line, std::vector<std::string>& fields) {
    std::size_t count = 0;
    std::size_t at = 0;
    while (at <= line.size()) {
        if (fields.size() == count) fields.emplace_back();
        std::string& field = fields[count++];
        field.clear();
        if (at < line.size() && line[at] == '"') {
            for (++at;; ++at) {
                std::size_t quote = line.find('"', at);
                field.append(line, at, quote - at);
                at = quote + 1;
                if (at >= line.size() || line[at] != '"') break;
                field += '"';
            }
            ++at;
        } else {
            std::size_t comma = std::min(line.find(',', at), line.size());
            field.assign(line, at, comma - at);
            at = comma + 1;
        }
    }
}

void clear(const std::string& path) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + suffix);
}

struct Home {
    std::string path = folder() + "/rekey.db";
    Store store = (clear(path), Store::create(path, noon));
    Tenant tenant;

    Home() {
        tenant.uid = "00112233445566778899AABBCCDDEEFF";
        tenant.name = "acme";
        tenant.created_at = noon;
        store.write([&](Transaction& transaction) { add_tenant(transaction, tenant); });
    }

    void put(const std::vector<Device>& devices) {
        store.write([&](Transaction& transaction) { put_devices(transaction, tenant.id, devices); });
    }

    void import(const std::string& csv, Time now) {
        std::ifstream file(csv, std::ios::binary);
        std::string line;
        std::vector<std::string> fields;
        std::vector<Device> batch;
        while (std::getline(file, line)) {
            split(line, fields);
            Device& device = batch.emplace_back();
            device.id.swap(fields[1]);
            device.serial.swap(fields[2]);
            device.model.swap(fields[3]);
            device.family.swap(fields[4]);
            device.status.swap(fields[5]);
            device.attributes.swap(fields[6]);
            device.first_seen = now;
            device.last_seen = now;
            if (batch.size() < batch_size) continue;
            put(batch);
            batch.clear();
        }
        put(batch);
        store.checkpoint();
    }
};

void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) std::abort();
}

/// As the store has it. Not strict, because the empty field of the CSV is no NULL for `.import`.
std::string equal_table() {
    Home home;
    std::string made = folder() + "/table.sql";
    run(fmt::format(R"(sqlite3 -init /dev/null '{}' "SELECT replace(sql, 'STRICT', '') || ';' FROM sqlite_schema )"
                    R"(WHERE tbl_name = 'devices' AND sql IS NOT NULL" > '{}')",
                    home.path, made));
    return made;
}

void sqlite3_import(benchmark::State& state) {
    std::string csv = csv_of(state.range(0), state.range(1) != 0);
    std::string table = equal_table();
    std::string path = folder() + "/import.db";
    for (auto _ : state) {
        state.PauseTiming();
        clear(path);
        run(fmt::format("sqlite3 -init /dev/null '{}' < '{}'", path, table));
        state.ResumeTiming();
        run(fmt::format("sqlite3 -init /dev/null -batch '{}' '.import --csv {} devices'", path, csv));
    }
}

void put_new_devices(benchmark::State& state) {
    std::string csv = csv_of(state.range(0), state.range(1) != 0);
    for (auto _ : state) {
        state.PauseTiming();
        Home home;
        state.ResumeTiming();
        home.import(csv, noon);
    }
}

void put_same_devices_again(benchmark::State& state) {
    std::string csv = csv_of(state.range(0), state.range(1) != 0);
    Home home;
    home.import(csv, noon);
    Time now = noon;
    for (auto _ : state) home.import(csv, now += Seconds{60});
}

Credential credential_of(const Tenant& tenant, int number) {
    Credential credential;
    credential.uid = fmt::format("{:032X}", number);
    credential.tenant_id = tenant.id;
    credential.name = fmt::format("main-{}", number);
    credential.client_id = fmt::format("BUSINESSAPI.{}", number);
    credential.sealed_key = Bytes(200, 1);
    credential.created_at = noon;
    return credential;
}

/// All that the store does for one: stage, verify against known devices, cut over, confirm.
void rotate(benchmark::State& state) {
    Home home;
    Store& store = home.store;
    home.import(csv_of(state.range(0), true), noon);
    int made = 0;
    Credential old = credential_of(home.tenant, ++made);
    old.state = CredentialState::active;
    store.write([&](Transaction& transaction) { add_credential(transaction, old); });
    for (auto _ : state) {
        Credential next = credential_of(home.tenant, ++made);
        Rotation rotation;
        rotation.tenant_id = home.tenant.id;
        rotation.old_credential_id = old.id;
        rotation.started_at = noon;
        store.write([&](Transaction& stage) {
            add_credential(stage, next);
            rotation.new_credential_id = next.id;
            add_rotation(stage, rotation);
        });
        benchmark::DoNotOptimize(count_records(store, home.tenant.id));
        benchmark::DoNotOptimize(known_device_ids(store, home.tenant.id, Presence::active,
                                                  some_device_ids(store, home.tenant.id, Presence::active, 5)));
        store.write([&](Transaction& cut_over) {
            set_credential_state(cut_over, old.id, CredentialState::superseded, noon);
            set_credential_state(cut_over, next.id, CredentialState::active, noon);
            rotation.state = RotationState::cut_over;
            update_rotation(cut_over, rotation);
        });
        {
            store.write([&](Transaction& confirm) {
                rotation.state = RotationState::confirmed;
                rotation.prior_destroyed_at = noon;
                update_rotation(confirm, rotation);
                destroy_key(confirm, old.id);
            });
        }
        store.checkpoint();
        old = next;
    }
}

constexpr std::int64_t million = 1'000'000;

BENCHMARK(sqlite3_import)->Args({million, 1})->Args({million, 0})->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(put_new_devices)->Args({million, 1})->Args({million, 0})->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(put_same_devices_again)->Args({million, 1})->Args({million, 0})->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(rotate)->Arg(1000)->Arg(million)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
