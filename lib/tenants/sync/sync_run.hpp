#pragma once

#include "rekey/tenants/records.hpp"
#include "store/audit/audit_detail.hpp"
#include "tenants/provider/api_client.hpp"

namespace rekey::tenants {

class DevicePages;
struct Learned;

/// One invocation of `sync`, step by step. What was done is in the store and nowhere else: another
/// run goes on where this one stopped, at any instant.
class SyncRun {
public:
    SyncRun(Context& context, const OpenProvider& open, const SyncRequest& request, SyncObserver& observer,
            store::Credential credential, ApiClient& client);

    /// All devices and, where wished, coverage.
    SyncResult all();
    /// The devices that the request names.
    SyncResult named();

private:
    void take_up();
    /// Records that the sync begins, and that one which did not end was given up.
    void begin(store::Transaction& transaction, store::Sync& sync);
    void page_through();
    /// False: the provider does not know the cursor any more.
    bool take_pages();
    std::vector<DevicePage> take_batch(DevicePages& pages, bool& known);
    void record(std::vector<DevicePage> pages);
    /// The sync with some pages more, as it is in the store.
    struct Recorded {
        store::Sync sync;
        int pages_without_news = 0;
        bool circling = false;  ///< page after page brings nothing new
        bool endless = false;   ///< more devices than any organisation has
    };
    Recorded put_on_record(store::Transaction& transaction, const std::vector<DevicePage>& pages);
    void start_over();
    void mark();
    void cover();
    void take(Learned learned);
    void record_coverage();
    void finish();

    void take_named(Provider& provider, const std::string& id);
    void record_named(store::Device& device, std::vector<store::Coverage>* records);
    template <class T>
    void miss(const std::string& id, const Asked<T>& asked);

    void halt(StopReason halt);
    void tell(std::int64_t done, std::int64_t total);
    void audit(store::Transaction& transaction, const std::string& action, const store::AuditDetail& detail);
    /// Coverage that was learned by syncs before this one is asked for.
    std::int64_t covered_by() const;
    void tell_unread(const std::vector<Unread>& unread);

    Context& context_;
    const OpenProvider& open_;
    const SyncRequest& request_;
    SyncObserver& observer_;
    const store::Credential credential_;
    ApiClient& client_;
    store::Sync sync_;
    SyncResult result_;
    bool begun_ = false;  ///< `sync_` is in the store
    int pages_without_news_ = 0;
    bool started_over_ = false;
    std::vector<store::Coverage> coverage_;  ///< learned, and not recorded yet
    std::vector<std::string> covered_;       ///< the devices that it is of
    std::size_t coverage_weight_ = 0;
    int missed_in_a_row_ = 0;
};

}  // namespace rekey::tenants
