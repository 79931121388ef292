#include <fmt/format.h>

#include "base/files/new_file.hpp"
#include "crypto/sealing/sealed_stream.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "tenants/archive/archive_records.hpp"
#include "tenants/credentials/credential_checks.hpp"

namespace rekey::tenants {

Archive export_tenant(Home& home, const std::string& name, const std::string& path, const AskPassphrase& ask,
                      const ArchiveProgress& progress, const StopToken& stop) {
    auto& store = home.store();
    Archive archive;
    archive.tenant = get_tenant(store, name);
    NewFile file(path);
    Secret passphrase = ask();
    crypto::SealedWriter writer(archive_purpose, passphrase, [&](ByteView sealed) { file.write(sealed); });
    auto put = [&](Kind kind, ByteView fields, ByteView key) {
        Packer head;
        head.number(static_cast<std::uint8_t>(kind), 1);
        head.number(fields.size() + key.size(), 4);
        writer.write(head.bytes());
        writer.write(fields);
        writer.write(key);
    };

    // A home that is under a passphrase asks for it here, not while the snapshot lives.
    home.seal_key();
    store::Snapshot snapshot(store);
    archive.tenant = get_tenant(store, name);
    require_no_merge(store, archive.tenant);
    Packer pack;
    pack(archive_version);
    pack(archive.tenant.uid);
    pack(archive.tenant.name);
    pack(archive.tenant.created_at);
    put(Kind::tenant, pack.bytes(), {});

    Tally tally;
    auto put_counted = [&](Kind kind, ByteView fields, ByteView key) {
        tally.add(kind, fields, key);
        put(kind, fields, key);
        end_if_requested(stop);
        if (progress) progress(tally.total());
    };
    each_small_record(home, archive.tenant, put_counted);
    each_large_record(store, archive.tenant, false, put_counted);
    auto end = tally.end_fields();
    put(Kind::end, end, {});
    writer.finish();
    file.commit();
    archive.counts = tally.counts();
    archive.digest = to_hex(sha256(end));
    return archive;
}

}  // namespace rekey::tenants
