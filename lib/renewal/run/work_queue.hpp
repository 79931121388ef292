#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "renewal/plan/planner.hpp"
#include "renewal/run/worker_pool.hpp"
#include "store/runs/items.hpp"

namespace rekey::renewal {

/// Turns the open items of a run into work, a few units at a time: the most urgent unit first, and within
/// it the slots as policy puts them in order.
class WorkQueue {
public:
    /// `refuse` gets the items that cannot even be begun (their rules or issuer are broken).
    WorkQueue(Home& home, const policy::Policy& policy, const Request& request, store::Id run, Time now,
              std::function<void(Task&, const Error&)> refuse);

    /// The items of the next unit; nothing when none is left.
    std::optional<UnitWork> next();

private:
    bool fetch();
    UnitWork work_on(store::Id unit_id);
    std::optional<Task> prepare(store::Item item, const std::optional<store::Unit>& unit);
    void equip(Task& task);
    /// As it was when the run first needed it.
    const store::Issuer& issuer(store::Id id);
    std::shared_ptr<issuers::OpenIssuer> signer(const store::Issuer& record);

    Home& home_;
    const policy::Policy& policy_;
    const Request& request_;
    store::Id run_;
    std::function<void(Task&, const Error&)> refuse_;
    std::string organization_;
    std::shared_ptr<const std::vector<Bytes>> trust_;
    std::optional<store::UnitTurn> last_;
    bool exhausted_ = false;
    std::deque<store::UnitTurn> fetched_;
    std::map<store::Id, store::Issuer> issuers_;
    std::map<store::Id, std::shared_ptr<issuers::OpenIssuer>> signers_;
};

}  // namespace rekey::renewal
