#include "tenants/archive/archive_records.hpp"

#include <algorithm>
#include <map>

#include "rekey/base/base.hpp"
#include "store/records/archive_rows.hpp"
#include "store/records/syncs.hpp"
#include "store/tenants/payload_entries.hpp"
#include "tenants/credentials/vault.hpp"

namespace rekey::tenants {

namespace {

[[noreturn]] void fail_digest() { throw Error(Code::failed, "SHA-256 failed"); }

}  // namespace

void Unpacker::operator()(Sha256& digest) {
    auto bytes = take(digest.size());
    std::copy(bytes.begin(), bytes.end(), digest.begin());
}

std::uint64_t Unpacker::number(std::size_t size) {
    std::uint64_t value = 0;
    for (auto byte : take(size)) value = value << 8 | byte;
    return value;
}

ByteView Unpacker::take(std::size_t size) {
    if (size > rest_.size()) throw Error(Code::corrupt, "a record of the archive ends too early");
    auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

void Unpacker::finish() const {
    if (!rest_.empty()) throw Error(Code::corrupt, "a record of the archive is longer than it should be");
}

Tally::Tally() {
    for (auto& line : lines_) {
        line.digest.reset(EVP_MD_CTX_new());
        if (!line.digest || EVP_DigestInit_ex(line.digest.get(), EVP_sha256(), nullptr) != 1) fail_digest();
    }
}

std::size_t Tally::place_of(Kind kind) {
    auto found = std::find(counted_kinds.begin(), counted_kinds.end(), kind);
    if (found == counted_kinds.end()) throw Error(Code::failed, "a record of this kind is not counted");
    return static_cast<std::size_t>(found - counted_kinds.begin());
}

void Tally::add(Kind kind, ByteView fields, ByteView key) {
    Line& line = lines_.at(place_of(kind));
    Packer length;
    length.number(fields.size() + key.size(), 4);
    for (ByteView part : {ByteView(length.bytes()), fields, key})
        if (!part.empty() && EVP_DigestUpdate(line.digest.get(), part.data(), part.size()) != 1) fail_digest();
    ++line.count;
    ++total_;
}

std::int64_t Tally::count(Kind kind) const { return lines_.at(place_of(kind)).count; }

Bytes Tally::end_fields() const { return end_fields(counted_kinds); }

Bytes Tally::end_fields(std::span<const Kind> kinds) const {
    Packer pack;
    for (auto kind : kinds) {
        const Line& line = lines_.at(place_of(kind));
        // The original goes on.
        crypto::Handle<EVP_MD_CTX, EVP_MD_CTX_free> copy(EVP_MD_CTX_new());
        Sha256 digest{};
        if (!copy || EVP_MD_CTX_copy_ex(copy.get(), line.digest.get()) != 1 ||
            EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr) != 1)
            fail_digest();
        pack.number(static_cast<std::uint8_t>(kind), 1);
        pack(line.count);
        pack(digest);
    }
    return pack.bytes();
}

ArchiveCounts Tally::counts() const {
    return {count(Kind::device),     count(Kind::earlier_device), count(Kind::coverage), count(Kind::earlier_coverage),
            count(Kind::credential), count(Kind::rotation),       count(Kind::sync),     count(Kind::entry),
            count(Kind::audit)};
}

void end_if_requested(const StopToken& stop) {
    if (stop.requested())
        throw Error(Code::interrupted, "interrupted", "nothing was changed; the same command begins anew");
}

void each_small_record(Home& home, const store::Tenant& tenant, const RecordSink& sink) {
    auto& store = home.store();
    std::vector<store::Credential> credentials;
    std::map<store::Id, std::string> uids;
    store::each_credential(store, tenant.id, [&](const store::Credential& credential) {
        credentials.push_back(credential);
        uids[credential.id] = credential.uid;
    });
    for (const auto& credential : credentials) {
        Packer pack;
        credential_fields(pack, credential, std::string(to_string(credential.state)));
        bool has_key = !credential.sealed_key.empty();
        pack(has_key);
        Secret key = has_key ? open_key_of(home, credential) : Secret();
        sink(Kind::credential, pack.bytes(), key.view());
    }
    for (const auto& rotation : store::rotations_of(store, tenant.id)) {
        Packer pack;
        RotationRow row{rotation, uids[rotation.old_credential_id], uids[rotation.new_credential_id]};
        rotation_fields(pack, row, std::string(to_string(rotation.state)));
        sink(Kind::rotation, pack.bytes(), {});
    }
    store::each_sync(store, tenant.id, [&](const store::Sync& sync) {
        Packer pack;
        sync_fields(pack, sync, std::string(to_string(sync.phase)));
        sink(Kind::sync, pack.bytes(), {});
    });
    store::each_accepted_entry(store, tenant.id, [&](const store::AcceptedEntry& entry) {
        Packer pack;
        EntryRow row{entry, uids[entry.credential_id]};
        entry_fields(pack, row);
        sink(Kind::entry, pack.bytes(), {});
    });
}

void each_large_record(store::Reader& store, const store::Tenant& tenant, bool arrived, const RecordSink& sink) {
    Packer pack;
    auto hand_on = [&](Kind kind) {
        sink(kind, pack.bytes(), {});
        pack.clear();
    };
    auto audit = [&](const store::AuditEntry& entry) {
        audit_fields(pack, entry);
        hand_on(Kind::audit);
    };
    if (arrived)
        store::each_audit_elsewhere(store, tenant.id, audit);
    else
        store::each_audit_of(store, tenant.id, audit);
    using store::Rows;
    for (auto [rows, kind] : {std::pair{Rows::present, Kind::device}, {Rows::earlier, Kind::earlier_device}})
        store::each_device_row(store, tenant.id, rows, [&, kind = kind](const store::DeviceRow& row) {
            device_fields(pack, row);
            hand_on(kind);
        });
    for (auto [rows, kind] : {std::pair{Rows::present, Kind::coverage}, {Rows::earlier, Kind::earlier_coverage}})
        store::each_coverage_row(store, tenant.id, rows, [&, kind = kind](const store::CoverageRow& row) {
            coverage_fields(pack, row);
            hand_on(kind);
        });
}

}  // namespace rekey::tenants
