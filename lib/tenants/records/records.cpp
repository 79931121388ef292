#include "rekey/tenants/records.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_set>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/records/coverage.hpp"
#include "store/records/devices.hpp"
#include "store/records/put_counts.hpp"
#include "tenants/records/batch_reader.hpp"

namespace rekey::tenants {

namespace {

using ChangedFields = std::vector<std::string>;

/// One kind of record: how it is made, put and compared.
struct DeviceImport {
    using Kept = store::Device;
    static constexpr auto kind = RecordKind::devices;
    static constexpr const char* name = "devices";
    static constexpr const char* one = "device";

    static void require(const Record& record) {
        if (is_coverage(record))
            throw Error(Code::usage, "a coverage record, where a device is needed",
                        "coverage is imported with --coverage FILE");
    }
    static Kept make(Record&& record, Time now) { return to_device(std::move(record), now); }
    static store::PutCounts put(store::Transaction& transaction, store::Id tenant, const std::vector<Kept>& batch) {
        return store::put_devices(transaction, tenant, batch);
    }
    static std::string id_of(const Kept& device) { return device.id; }
    static std::size_t weight_of(const Kept& device) {
        return device.id.size() + device.serial.size() + device.model.size() + device.family.size() +
               device.status.size() + device.attributes.size();
    }
    static std::optional<Kept> find(store::Reader& store, store::Id tenant, const Kept& device) {
        return store::find_device(store, tenant, device.id);
    }
    static ChangedFields changes(const Kept& from, const Kept& to) {
        ChangedFields names;
        if (from.serial != to.serial) names.emplace_back("serial");
        if (from.model != to.model) names.emplace_back("model");
        if (from.family != to.family) names.emplace_back("family");
        if (from.status != to.status) names.emplace_back("status");
        if (from.attributes != to.attributes) names.emplace_back("attributes");
        if (from.inactive_since.has_value() != to.inactive_since.has_value())
            names.emplace_back(to.inactive_since ? "inactive now" : "active again");
        return names;
    }
};

struct CoverageImport {
    using Kept = store::Coverage;
    static constexpr auto kind = RecordKind::coverage;
    static constexpr const char* name = "coverage records";
    static constexpr const char* one = "coverage record";

    static void require(const Record& record) {
        if (is_no_coverage(record))
            throw Error(Code::usage, "no coverage record: neither device_id nor description, agreementNumber or a date",
                        "devices are imported with --devices FILE");
    }
    static Kept make(Record&& record, Time now) { return to_coverage(std::move(record), now); }
    static store::PutCounts put(store::Transaction& transaction, store::Id tenant, const std::vector<Kept>& batch) {
        return store::put_coverage(transaction, tenant, batch);
    }
    static std::string id_of(const Kept& coverage) { return coverage.device_id + "/" + coverage.id; }
    static std::size_t weight_of(const Kept& coverage) {
        return coverage.id.size() + coverage.device_id.size() + coverage.status.size() + coverage.description.size() +
               coverage.attributes.size();
    }
    static std::optional<Kept> find(store::Reader& store, store::Id tenant, const Kept& coverage) {
        return store::find_coverage(store, tenant, coverage.device_id, coverage.id);
    }
    static ChangedFields changes(const Kept& from, const Kept& to) {
        ChangedFields names;
        if (from.status != to.status) names.emplace_back("status");
        if (from.description != to.description) names.emplace_back("description");
        if (from.starts != to.starts) names.emplace_back("start");
        if (from.ends != to.ends) names.emplace_back("end");
        if (from.attributes != to.attributes) names.emplace_back("attributes");
        return names;
    }
};

/// Writes what a `BatchReader` reads. Nothing is held in the store while it waits for more.
template <class Kind>
class Import {
public:
    Import(store::Store& store, const store::Tenant& tenant, const ImportWish& wish, const Stamp& stamp)
        : store_(store), tenant_(tenant), wish_(wish), stamp_(stamp), reader_(wish, stamp.at) {}

    Imported run() {
        while (auto batch = next()) take(*batch);
        return imported_;
    }

private:
    using Batch = typename BatchReader<Kind>::Batch;

    /// All before a line that is wrong was taken by then.
    std::optional<Batch> next() {
        try {
            return reader_.next();
        } catch (const Error& e) {
            auto before = wish_.dry_run || imported_.records == 0 ? std::string("nothing of it is imported")
                          : imported_.records == 1
                              ? fmt::format("the {} before it is imported", Kind::one)
                              : fmt::format("{} {} before it are imported", imported_.records, Kind::name);
            throw Error(
                e.code(), e.message(),
                fmt::format("{}; {}", before, e.hint().empty() ? "correct it and import the file again" : e.hint()));
        }
    }

    void take(const Batch& batch) {
        imported_.refused += static_cast<std::int64_t>(batch.refused.size());
        if (wish_.tell)
            for (const auto& step : batch.refused) wish_.tell(step);
        if (batch.records.empty()) return;
        if (wish_.dry_run)
            compare(batch);
        else
            commit(batch);
        imported_.records += static_cast<std::int64_t>(batch.records.size());
        ++imported_.batches;
    }

    void commit(const Batch& batch) {
        auto counts = store_.write([&](store::Transaction& transaction) {
            auto put = Kind::put(transaction, tenant_.id, batch.records);
            store::AuditDetail detail{
                {"kind", Kind::name}, {"records", batch.records.size()}, {"up_to_line", batch.up_to_line}};
            store::audit(transaction, stamp_, "tenant.import", tenant_.name, detail);
            return put;
        });
        imported_.added += counts.added;
        imported_.changed += counts.changed;
    }

    /// What `commit` would do.
    void compare(const Batch& batch) {
        store::Snapshot snapshot(store_);
        for (std::size_t i = 0; i < batch.records.size(); ++i) {
            const auto& record = batch.records[i];
            auto id = Kind::id_of(record);
            auto known = Kind::find(store_, tenant_.id, record);
            ImportStep step{ImportStep::Action::added, batch.lines[i], id, "", ""};
            if (known) {
                auto names = Kind::changes(*known, record);
                if (names.empty()) continue;
                step.action = ImportStep::Action::changed;
                step.why = fmt::format("{}", fmt::join(names, ", "));
                ++imported_.changed;
            } else {
                // The file may have it more than once.
                if (!new_.insert(std::hash<std::string>{}(id)).second) continue;
                ++imported_.added;
            }
            if (wish_.tell) wish_.tell(step);
        }
    }

    store::Store& store_;
    const store::Tenant& tenant_;
    const ImportWish& wish_;
    const Stamp& stamp_;
    std::unordered_set<std::size_t> new_;  ///< of a dry run: digests of their ids
    Imported imported_;
    BatchReader<Kind> reader_;
};

/// For callers who take no part of a file for the whole.
Imported import_all(store::Store& store, const store::Tenant& tenant, RecordKind kind, const std::string& path,
                    const Stamp& stamp) {
    std::optional<ImportStep> refused;
    ImportWish wish;
    wish.path = path;
    wish.tell = [&](const ImportStep& step) {
        if (!refused) refused = step;
    };
    auto imported = import_records(store, tenant, kind, wish, stamp);
    if (refused)
        throw Error(Code::usage, refused->why,
                    fmt::format("{} others are imported{}{}", imported.records, refused->hint.empty() ? "" : "; ",
                                refused->hint));
    return imported;
}

}  // namespace

Imported import_records(store::Store& store, const store::Tenant& tenant, RecordKind kind, const ImportWish& wish,
                        const Stamp& stamp) {
    if (kind == RecordKind::devices) return Import<DeviceImport>(store, tenant, wish, stamp).run();
    return Import<CoverageImport>(store, tenant, wish, stamp).run();
}

Imported import_devices(store::Store& store, const store::Tenant& tenant, const std::string& path, const Stamp& stamp) {
    return import_all(store, tenant, RecordKind::devices, path, stamp);
}

Imported import_coverage(store::Store& store, const store::Tenant& tenant, const std::string& path,
                         const Stamp& stamp) {
    return import_all(store, tenant, RecordKind::coverage, path, stamp);
}

}  // namespace rekey::tenants
