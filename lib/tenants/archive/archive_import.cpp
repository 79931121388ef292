#include <fmt/format.h>

#include <map>
#include <set>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/records/archive_rows.hpp"
#include "store/records/arrivals.hpp"
#include "store/records/syncs.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/payload_entries.hpp"
#include "store/tenants/rotations.hpp"
#include "tenants/archive/archive_file.hpp"
#include "tenants/archive/archive_records.hpp"
#include "tenants/credentials/vault.hpp"

namespace rekey::tenants {

namespace {

constexpr std::size_t rows_in_batch = 10'000;
constexpr int rows_cleared_at_once = 10'000;

/// One import from its first record to its last.
class Importer {
public:
    Importer(Home& home, const std::string& path, const Stamp& stamp, const AskPassphrase& ask,
             const ArchiveProgress& progress, const StopToken& stop)
        : home_(home), stamp_(stamp), progress_(progress), stop_(stop), reader_(path, ask) {}

    Archive run() {
        read_tenant();
        auto record = read_small_records();
        clear_leftover();
        begin();
        try {
            read_large_records(record);
            compare_large_records();
            make_visible();
        } catch (...) {
            clear_quietly();
            throw;
        }
        archive_.counts = read_.counts();
        return archive_;
    }

private:
    void read_tenant() {
        auto record = reader_.next();
        if (record.kind != Kind::tenant) ArchiveFile::refuse();
        Unpacker unpack(record.fields);
        std::int64_t version = 0;
        unpack(version);
        if (version != archive_version)
            throw Error(
                Code::refused,
                fmt::format("this archive has format {}, and format {} is known here", version, archive_version),
                "use the release of rekey that made it, or a later one");
        unpack(archive_.tenant.uid);
        unpack(archive_.tenant.name);
        unpack(archive_.tenant.created_at);
        unpack.finish();
        name_ = archive_.tenant.name;
    }

    void count(const ArchiveFile::Record& record) {
        read_.add(record.kind, record.fields);
        end_if_requested(stop_);
        if (progress_) progress_(read_.total());
    }

    /// Gives the first record that is none of them.
    ArchiveFile::Record read_small_records() {
        std::size_t history = 0;
        for (;;) {
            auto record = reader_.next();
            Unpacker unpack(record.fields);
            switch (record.kind) {
                case Kind::credential:
                    take_credential(unpack);
                    break;
                case Kind::rotation: {
                    std::string state;
                    auto& row = rotations_.emplace_back();
                    rotation_fields(unpack, row, state);
                    unpack.finish();
                    row.state = known(store::rotation_state(state));
                    break;
                }
                case Kind::sync: {
                    std::string phase;
                    auto& row = syncs_.emplace_back();
                    sync_fields(unpack, row, phase);
                    unpack.finish();
                    row.phase = known(store::sync_phase(phase));
                    break;
                }
                case Kind::entry:
                    entry_fields(unpack, entries_.emplace_back());
                    unpack.finish();
                    break;
                default:
                    return record;
            }
            count(record);
            history += record.fields.size();
            if (history > limits::archive_history)
                throw Error(Code::refused,
                            fmt::format("the archive has a history of more than {} MiB beside its devices",
                                        limits::archive_history / limits::mib));
        }
    }

    template <class State>
    static State known(const std::optional<State>& state) {
        if (!state) ArchiveFile::refuse();
        return *state;
    }

    /// The key is sealed for this home at once.
    void take_credential(Unpacker& unpack) {
        auto& row = credentials_.emplace_back();
        std::string state;
        bool has_key = false;
        credential_fields(unpack, row, state);
        unpack(has_key);
        row.state = known(store::credential_state(state));
        row.tenant_uid = archive_.tenant.uid;
        if (has_key) row.sealed_key = seal_key_of(home_, row, Secret::copy_of(unpack.rest()));
    }

    /// Before the work, and once more in the last transaction.
    void require_free() {
        auto& store = home_.store();
        std::map<std::string, std::string> owner_of_uid;
        std::map<std::string, std::string> owner_of_client;
        store::each_credential(store, std::nullopt, [&](const store::Credential& each) {
            owner_of_uid[each.uid] = each.tenant;
            if (each.state == store::CredentialState::active) owner_of_client[each.client_id] = each.tenant;
        });
        constexpr const char* hint = "what is here is never overwritten; see: rekey tenants list";
        for (const auto& credential : credentials_) {
            auto client = owner_of_client.find(credential.client_id);
            if (credential.state == store::CredentialState::active && client != owner_of_client.end())
                throw Error(Code::refused,
                            fmt::format("client ID {} is in use already, by tenant '{}'",
                                        printable(credential.client_id), client->second),
                            hint);
            if (auto same = owner_of_uid.find(credential.uid); same != owner_of_uid.end())
                throw Error(Code::refused,
                            fmt::format("the credential '{}' is here already, in tenant '{}'",
                                        printable(credential.name), same->second),
                            hint);
        }
        for (const auto& entry : entries_)
            if (store::accepted_entry(store, entry.entry_id))
                throw Error(Code::refused,
                            fmt::format("payload entry '{}' was accepted by a tenant that is here already",
                                        printable(entry.entry_id)),
                            hint);
    }

    void clear_leftover() {
        auto& store = home_.store();
        for (bool more = true; more;)
            more = store.write([&](store::Transaction& transaction) {
                return store::clear_arrival(transaction, archive_.tenant.uid, rows_cleared_at_once);
            });
    }

    void begin() {
        archive_.tenant = home_.store().write([&](store::Transaction& transaction) {
            home_.check_clock(transaction, stamp_.at);
            auto tenant = archive_.tenant;
            store::begin_arrival(transaction, tenant);
            require_free();
            return tenant;
        });
    }

    /// Nobody sees what is left, and the same command again removes it.
    void clear_quietly() noexcept {
        try {
            {
                store::Transaction transaction(home_.store());
                store::require_arriving(transaction, archive_.tenant);
            }
            clear_leftover();
        } catch (const std::exception&) {
            return;
        }
    }

    template <class Row, class Add>
    void flush(std::vector<Row>& rows, Add add) {
        if (rows.empty()) return;
        home_.store().write([&](store::Transaction& transaction) {
            store::require_arriving(transaction, archive_.tenant);
            add(transaction, archive_.tenant.id, rows);
        });
        rows.clear();
    }

    void flush_all() {
        flush(audit_, store::add_audit_elsewhere);
        flush(devices_, store::add_device_rows);
        flush(coverage_, store::add_coverage_rows);
        held_bytes_ = 0;
    }

    void read_large_records(ArchiveFile::Record record) {
        for (; record.kind != Kind::end; record = reader_.next()) {
            Unpacker unpack(record.fields);
            switch (record.kind) {
                case Kind::audit:
                    audit_fields(unpack, audit_.emplace_back());
                    break;
                case Kind::device:
                case Kind::earlier_device:
                    device_fields(unpack, devices_.emplace_back());
                    break;
                case Kind::coverage:
                case Kind::earlier_coverage:
                    coverage_fields(unpack, coverage_.emplace_back());
                    break;
                default:
                    ArchiveFile::refuse();
            }
            unpack.finish();
            count(record);
            held_bytes_ += record.fields.size();
            if (audit_.size() + devices_.size() + coverage_.size() >= rows_in_batch || held_bytes_ >= limits::batch)
                flush_all();
        }
        flush_all();
        if (to_bytes(record.fields) != read_.end_fields()) ArchiveFile::refuse();
        archive_.digest = to_hex(sha256(record.fields));
        reader_.finish();
    }

    [[noreturn]] void refuse_stored() const {
        throw Error(Code::failed, "what was stored is not what was read", "check this machine's disk and memory");
    }

    void compare_large_records() {
        Tally stored;
        store::Snapshot snapshot(home_.store());
        each_large_record(home_.store(), archive_.tenant, true,
                          [&](Kind kind, ByteView fields, ByteView) { stored.add(kind, fields); });
        if (stored.end_fields(large_kinds) != read_.end_fields(large_kinds)) refuse_stored();
        auto counts = store::count_records(home_.store(), archive_.tenant.id);
        if (counts.devices != read_.count(Kind::device) || counts.coverage != read_.count(Kind::coverage))
            refuse_stored();
    }

    void make_visible() {
        // Not a closure that may run twice: the tenant gets its name here, and all that was read its ids.
        store::Transaction transaction(home_.store());
        home_.check_clock(transaction, stamp_.at);
        store::require_arriving(transaction, archive_.tenant);
        require_free();
        std::map<std::string, store::Id> ids;
        auto id_of = [&](const std::string& uid) {
            auto found = ids.find(uid);
            if (found == ids.end()) ArchiveFile::refuse();
            return found->second;
        };
        std::set<std::string> unconfirmed;
        for (const auto& rotation : rotations_)
            if (rotation.state == store::RotationState::cut_over) unconfirmed.insert(rotation.new_uid);
        for (auto& credential : credentials_) {
            credential.tenant_id = archive_.tenant.id;
            credential.confirmed =
                credential.activated_at && credential.health.last_success && !unconfirmed.contains(credential.uid);
            store::add_credential(transaction, credential);
            ids[credential.uid] = credential.id;
        }
        for (auto& rotation : rotations_) {
            rotation.tenant_id = archive_.tenant.id;
            rotation.old_credential_id = rotation.old_uid.empty() ? 0 : id_of(rotation.old_uid);
            rotation.new_credential_id = id_of(rotation.new_uid);
            store::add_rotation(transaction, rotation);
        }
        for (auto& sync : syncs_) {
            sync.tenant_id = archive_.tenant.id;
            store::restore_sync(transaction, sync);
        }
        for (auto& entry : entries_) {
            entry.credential_id = id_of(entry.credential_uid);
            store::accept_entry(transaction, entry);
        }
        // Also proves that each key opens here.
        Tally stored;
        each_small_record(home_, archive_.tenant,
                          [&](Kind kind, ByteView fields, ByteView key) { stored.add(kind, fields, key); });
        if (stored.end_fields(small_kinds) != read_.end_fields(small_kinds)) refuse_stored();
        store::finish_arrival(transaction, archive_.tenant, name_);
        auto counts = read_.counts();
        store::AuditDetail detail{{"uid", archive_.tenant.uid},
                                  {"devices", counts.devices},
                                  {"coverage", counts.coverage},
                                  {"credentials", counts.credentials},
                                  {"audit_entries", counts.audit_entries},
                                  {"digest", archive_.digest}};
        store::audit(transaction, stamp_, "tenant.import_archive", name_, detail);
        transaction.commit();
    }

    Home& home_;
    const Stamp& stamp_;
    const ArchiveProgress& progress_;
    const StopToken stop_;
    ArchiveFile reader_;
    Archive archive_;
    std::string name_;
    Tally read_;
    std::vector<store::Credential> credentials_;
    std::vector<RotationRow> rotations_;
    std::vector<store::Sync> syncs_;
    std::vector<EntryRow> entries_;
    std::vector<store::AuditEntry> audit_;
    std::vector<store::DeviceRow> devices_;
    std::vector<store::CoverageRow> coverage_;
    std::size_t held_bytes_ = 0;
};

}  // namespace

Archive import_archive(Home& home, const std::string& path, const Stamp& stamp, const AskPassphrase& ask,
                       const ArchiveProgress& progress, const StopToken& stop) {
    try {
        return Importer(home, path, stamp, ask, progress, stop).run();
    } catch (Error& e) {
        throw e.in(printable(path));
    }
}

}  // namespace rekey::tenants
