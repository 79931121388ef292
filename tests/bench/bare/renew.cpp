// The least that durable renewals can cost here: renews every slot of FOLDER once and exits when all of it is on disk.
//     renew FOLDER UNITS [BATCH [LANES]]      1000 and 2 unless told; the first call makes the folder
// It keeps what rekey promises: a certificate is on the record before it reaches a unit; at any instant each slot has a
// pair that matches (the two pairs of a slot are exchanged by one renameat2); exit 0 means durable. Per batch of slots:
// one commit of the records (WAL, synchronous=FULL), files of all, one syncfs, exchanges of all, one syncfs, one
// commit. LANES batches at once. table.sh compiles and runs it.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "pair.hpp"

using bare::must;
using std::string;
using std::string_view;

namespace {

constexpr const char* tables = R"sql(
CREATE TABLE certificates(id INTEGER PRIMARY KEY, slot_id INTEGER NOT NULL, number TEXT NOT NULL, subject TEXT NOT NULL, issuer_name TEXT NOT NULL,
    not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, key TEXT NOT NULL, signature TEXT NOT NULL, sans TEXT NOT NULL, usages TEXT NOT NULL,
    fingerprint TEXT NOT NULL, is_ca INTEGER NOT NULL, issuer_id INTEGER, state TEXT NOT NULL, reason TEXT, predecessor TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, actor TEXT NOT NULL, comment TEXT NOT NULL, ended_at INTEGER) STRICT;
CREATE INDEX certificates_slot ON certificates(slot_id);
CREATE UNIQUE INDEX certificates_active ON certificates(slot_id) WHERE state = 'active';
CREATE INDEX certificates_due ON certificates(not_after) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX certificates_number ON certificates(number, issuer_id);
CREATE TABLE leaves(certificate_id INTEGER PRIMARY KEY, der BLOB NOT NULL) STRICT;
CREATE TABLE chains(certificate_id INTEGER NOT NULL, position INTEGER NOT NULL, chain_id INTEGER NOT NULL, PRIMARY KEY(certificate_id, position)) STRICT, WITHOUT ROWID;
CREATE TABLE audit(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
)sql";

class Records {
public:
    explicit Records(const string& path) {
        must(sqlite3_open(path.c_str(), &db_) == SQLITE_OK);
        run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384");
        if (scalar("SELECT count(*) FROM sqlite_schema") == 0) run(tables);
        seq_ = scalar("SELECT coalesce(max(seq), 0) FROM audit");
        add_ = prepare(
            "INSERT INTO certificates(slot_id, number, subject, issuer_name, not_before, not_after, key, signature, "
            "sans, usages, fingerprint, is_ca, issuer_id, "
            "state, reason, predecessor, recorded_at, actor, comment, ended_at) VALUES(?1, ?2, ?3, 'CN=bare', "
            "1795600000, 2111200000, 'ec-p256', "
            "'ecdsa-sha256', ?4, '[\"serverAuth\",\"clientAuth\"]', ?5, 0, 1, 'pending', 'audit', '', 1795600000, "
            "'root@bench', '', NULL)");
        leaf_ = prepare("INSERT INTO leaves VALUES(?1, ?2)");
        chain_ = prepare("INSERT INTO chains VALUES(?1, 1, 1)");
        audit_ = prepare("INSERT INTO audit VALUES(?1, 1795600000, 'root@bench', ?2, ?3, ?4, ?5)");
        old_ = prepare(
            "UPDATE certificates SET state = 'superseded', ended_at = 1795600000 WHERE slot_id = ?1 AND state = "
            "'active'");
        new_ = prepare("UPDATE certificates SET state = 'active' WHERE id = ?1");
    }
    ~Records() {
        for (auto* statement : {add_, leaf_, chain_, audit_, old_, new_}) sqlite3_finalize(statement);
        sqlite3_close(db_);
    }
    void run(const char* sql) { must(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK); }
    long add(long slot, const string& unit, const bare::Pair& pair) {
        sqlite3_bind_int64(add_, 1, slot);
        text(add_, 2, pair.number);
        string subject = "CN=" + unit, sans = "[\"dns:" + unit + "\"]";
        text(add_, 3, subject);
        text(add_, 4, sans);
        string fingerprint = hex(hash(pair.certificate));
        text(add_, 5, fingerprint);
        step(add_);
        long id = sqlite3_last_insert_rowid(db_);
        sqlite3_bind_int64(leaf_, 1, id);
        sqlite3_bind_blob(leaf_, 2, pair.certificate.data(), static_cast<int>(pair.certificate.size()), SQLITE_STATIC);
        step(leaf_);
        sqlite3_bind_int64(chain_, 1, id);
        step(chain_);
        audit("certificate.issue", unit, pair.number);
        return id;
    }
    void confirm(long slot, long id, const string& unit, const string& number) {
        sqlite3_bind_int64(old_, 1, slot);
        step(old_);
        sqlite3_bind_int64(new_, 1, id);
        step(new_);
        audit("certificate.renew", unit, number);
    }

private:
    void audit(const char* action, const string& unit, const string& number) {
        string detail = "{\"number\":\"" + number + "\",\"expires_at\":\"2036-11-26T00:00:00Z\",\"run\":1}";
        head_ = hash(head_ + action + unit + detail);
        sqlite3_bind_int64(audit_, 1, ++seq_);
        sqlite3_bind_text(audit_, 2, action, -1, SQLITE_STATIC);
        text(audit_, 3, unit);
        text(audit_, 4, detail);
        sqlite3_bind_blob(audit_, 5, head_.data(), 32, SQLITE_STATIC);
        step(audit_);
    }
    static string hash(string_view data) {
        string digest(32, '\0');
        SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
               reinterpret_cast<unsigned char*>(digest.data()));
        return digest;
    }
    static string hex(string_view bytes) {
        string text;
        for (unsigned char byte : bytes) text += "0123456789ABCDEF"[byte >> 4], text += "0123456789ABCDEF"[byte & 15];
        return text;
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        must(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) == SQLITE_OK);
        return statement;
    }
    long scalar(const char* sql) {
        auto* statement = prepare(sql);
        must(sqlite3_step(statement) == SQLITE_ROW);
        long value = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        return value;
    }
    static void text(sqlite3_stmt* statement, int at, const string& value) {
        sqlite3_bind_text(statement, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    }
    static void step(sqlite3_stmt* statement) {
        must(sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK);
    }

    sqlite3* db_ = nullptr;
    sqlite3_stmt *add_, *leaf_, *chain_, *audit_, *old_, *new_;
    long seq_ = 0;
    string head_ = string(32, '\0');
};

/// In place, so that no block is allocated again; the pair in `prior` is nobody's.
void put(int folder, const char* name, string_view content, mode_t mode) {
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
    must(file >= 0 && pwrite(file, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()));
    struct stat status;
    must(fstat(file, &status) == 0);
    if (status.st_size != static_cast<off_t>(content.size()))
        must(ftruncate(file, static_cast<off_t>(content.size())) == 0);
    close(file);
}

string name_of(long unit) {
    char name[32];
    std::snprintf(name, sizeof name, "u%07ld", unit);
    return name;
}

}  // namespace

int main(int argc, char** argv) {
    must(argc >= 3);
    string folder = argv[1];
    long units = std::atol(argv[2]), batch = argc > 3 ? std::atol(argv[3]) : 1000;
    int lanes = argc > 4 ? std::atoi(argv[4]) : 2;
    if (!std::filesystem::exists(folder + "/rekey.db"))
        for (long unit = 1; unit <= units; ++unit)
            for (const char* pair : {"/current", "/prior"})
                std::filesystem::create_directories(folder + "/units/" + name_of(unit) + "/online" + pair);
    Records records(folder + "/rekey.db");
    int root = open((folder + "/units").c_str(), O_RDONLY | O_DIRECTORY);
    must(root >= 0);
    string chain_pem = bare::pem("CERTIFICATE", string(400, 'c'));
    std::mutex mutex;
    std::atomic<long> next = 1;
    auto lane = [&] {
        bare::Maker maker;
        for (long first; (first = next.fetch_add(batch)) <= units;) {
            long last = std::min(first + batch - 1, units);
            std::vector<bare::Pair> pairs;
            std::vector<long> ids;
            for (long unit = first; unit <= last; ++unit) pairs.push_back(maker.make(name_of(unit), true));
            {
                std::lock_guard lock(mutex);
                records.run("BEGIN IMMEDIATE");
                for (long unit = first; unit <= last; ++unit)
                    ids.push_back(records.add(unit, name_of(unit), pairs[static_cast<std::size_t>(unit - first)]));
                records.run("COMMIT");
            }
            for (long unit = first; unit <= last; ++unit) {
                const auto& pair = pairs[static_cast<std::size_t>(unit - first)];
                int prior = openat(root, (name_of(unit) + "/online/prior").c_str(), O_RDONLY | O_DIRECTORY);
                must(prior >= 0);
                put(prior, "key.pem", pair.key_pem, 0600);
                put(prior, "cert.pem", pair.certificate_pem, 0644);
                put(prior, "chain.pem", chain_pem, 0644);
                put(prior, "fullchain.pem", pair.certificate_pem + chain_pem, 0644);
                close(prior);
            }
            must(syncfs(root) == 0);
            for (long unit = first; unit <= last; ++unit) {
                string slot = name_of(unit) + "/online/";
                must(renameat2(root, (slot + "prior").c_str(), root, (slot + "current").c_str(), RENAME_EXCHANGE) == 0);
            }
            must(syncfs(root) == 0);
            std::lock_guard lock(mutex);
            records.run("BEGIN IMMEDIATE");
            for (long unit = first; unit <= last; ++unit)
                records.confirm(unit, ids[static_cast<std::size_t>(unit - first)], name_of(unit),
                                pairs[static_cast<std::size_t>(unit - first)].number);
            records.run("COMMIT");
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < lanes; ++i) threads.emplace_back(lane);
    for (auto& thread : threads) thread.join();
}
