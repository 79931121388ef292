#include "rekey/tenants/records.hpp"

#include <fmt/format.h>

#include "rekey/base/error.hpp"
#include "rekey/store/audit.hpp"
#include "tenants/record_reader.hpp"

namespace rekey::tenants {

namespace {

// Long enough that commits cost nothing, short enough that others who write do not wait.
constexpr std::size_t batch_size = 10'000;

/// One kind of record: how it is made and put.
template <class Kept>
struct Kind {
    const char* name;
    const char* one;
    Kept (*make)(Record&&, Time);
    void (*put)(store::Store&, store::Id, const std::vector<Kept>&);
};

template <class Kept>
class Import {
public:
    Import(store::Store& store, const store::Tenant& tenant, const std::string& path, const Stamp& stamp,
           const Kind<Kept>& kind)
        : store_(store), tenant_(tenant), stamp_(stamp), kind_(kind), reader_(open_records(path)) {
        batch_.reserve(batch_size);
    }

    Imported run() {
        try {
            while (read_one())
                if (batch_.size() == batch_size) commit();
        } catch (const Error& e) {
            // What came before the line that is wrong is right.
            commit();
            auto before = imported_.records == 0 ? std::string("nothing of it is imported")
                          : imported_.records == 1
                              ? fmt::format("the {} before it is imported", kind_.one)
                              : fmt::format("{} {} before it are imported", imported_.records, kind_.name);
            throw Error(
                e.code(), e.message(),
                fmt::format("{}; {}", before, e.hint().empty() ? "correct it and import the file again" : e.hint()));
        }
        commit();
        return imported_;
    }

private:
    bool read_one() {
        if (!reader_->next(record_)) return false;
        try {
            batch_.push_back(kind_.make(std::move(record_), stamp_.at));
        } catch (const Error& e) {
            reader_->text().fail(e.message(), e.hint());
        }
        return true;
    }

    void commit() {
        if (batch_.empty()) return;
        store::Transaction transaction(store_);
        kind_.put(store_, tenant_.id, batch_);
        store::AuditDetail detail{
            {"kind", kind_.name}, {"records", batch_.size()}, {"up_to_line", reader_->text().line()}};
        store::audit(store_, stamp_, "tenant.import", tenant_.name, detail);
        transaction.commit();
        imported_.records += static_cast<std::int64_t>(batch_.size());
        ++imported_.batches;
        batch_.clear();
    }

    store::Store& store_;
    const store::Tenant& tenant_;
    const Stamp& stamp_;
    const Kind<Kept>& kind_;
    std::unique_ptr<RecordReader> reader_;
    Record record_;
    std::vector<Kept> batch_;
    Imported imported_;
};

constexpr Kind<store::Device> devices{"devices", "device", to_device, store::put_devices};
constexpr Kind<store::Coverage> coverage{"coverage records", "coverage record", to_coverage, store::put_coverage};

}  // namespace

Imported import_devices(store::Store& store, const store::Tenant& tenant, const std::string& path, const Stamp& stamp) {
    return Import<store::Device>(store, tenant, path, stamp, devices).run();
}

Imported import_coverage(store::Store& store, const store::Tenant& tenant, const std::string& path,
                         const Stamp& stamp) {
    return Import<store::Coverage>(store, tenant, path, stamp, coverage).run();
}

}  // namespace rekey::tenants
