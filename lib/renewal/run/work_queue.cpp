#include "renewal/run/work_queue.hpp"

#include <algorithm>
#include <tuple>

#include "base/text/foreign_errors.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/certificates/issuers.hpp"
#include "store/fleet/key_rights.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"

namespace rekey::renewal {

namespace {

constexpr int batch = 128;

}  // namespace

WorkQueue::WorkQueue(Home& home, const policy::Policy& policy, const Request& request, store::Id run, Time now,
                     std::function<void(Task&, const Error&)> refuse)
    : home_(home),
      policy_(policy),
      request_(request),
      run_(run),
      refuse_(std::move(refuse)),
      organization_(store::setting(home.store(), "organization").value_or("")),
      trust_(std::make_shared<const std::vector<Bytes>>(store::trusted_roots(home.store(), now))) {}

bool WorkQueue::fetch() {
    if (exhausted_) return false;
    auto turns = store::unit_turns(home_.store(), run_, last_, batch);
    exhausted_ = turns.size() < static_cast<std::size_t>(batch);
    if (turns.empty()) return false;
    last_ = turns.back();
    fetched_.insert(fetched_.end(), turns.begin(), turns.end());
    return true;
}

std::optional<UnitWork> WorkQueue::next() {
    while (!fetched_.empty() || fetch()) {
        auto turn = fetched_.front();
        fetched_.pop_front();
        auto work = work_on(turn.unit_id);
        if (work.tasks.empty()) continue;
        work.address = work.tasks.front().unit.address;
        return work;
    }
    return std::nullopt;
}

UnitWork WorkQueue::work_on(store::Id unit_id) {
    auto items = store::open_items(home_.store(), run_, unit_id);
    auto turn = [this](const store::Item& item) {
        return std::make_tuple(policy::place_in(policy_.node_order, item.slot.node), item.slot.node,
                               policy::place_in(policy_.type_order, item.slot.type), item.slot.type);
    };
    std::sort(items.begin(), items.end(),
              [&](const store::Item& a, const store::Item& b) { return turn(a) < turn(b); });
    UnitWork work;
    if (items.empty()) return work;
    auto unit = store::find_unit(home_.store(), items.front().slot.unit);
    for (auto& item : items)
        if (auto task = prepare(std::move(item), unit)) work.tasks.push_back(std::move(*task));
    return work;
}

std::optional<Task> WorkQueue::prepare(store::Item item, const std::optional<store::Unit>& unit) {
    Task task;
    task.item = std::move(item);
    task.force = request_.force;
    task.trust = trust_;
    task.chain_asked_for = request_.kind == Request::Kind::chain || task.item.reason != store::Reason::expiry;
    try {
        for_one([&] {
            if (!unit) throw Error(Code::failed, "the unit was removed");
            task.unit = *unit;
            equip(task);
        });
        return task;
    } catch (const Error& e) {
        refuse_(task, e);
        return std::nullopt;
    }
}

void WorkQueue::equip(Task& task) {
    auto& store = home_.store();
    auto slot = store::find_slot(store, task.unit.id, task.item.slot);
    if (!slot) throw Error(Code::failed, "the unit was removed");
    task.slot = std::move(*slot);
    task.keep_mode = store::slot_keeps_mode(store, task.item.slot_id);
    task.in_use = store::certificate_in_use(store, task.item.slot_id);
    task.issuer_record = issuer(task.item.issuer_id);
    if (task.item.chain_only && task.chain_asked_for) return;
    task.rules = rules_of(policy_, task.slot, task.unit.labels, task.unit.rules, organization_);
    task.issuer = signer(task.issuer_record);
}

const store::Issuer& WorkQueue::issuer(store::Id id) {
    auto known = issuers_.find(id);
    if (known != issuers_.end()) return known->second;
    auto issuer = store::find_issuer(home_.store(), id);
    if (!issuer) throw Error(Code::corrupt, "its issuer is not in the store");
    return issuers_.emplace(id, std::move(*issuer)).first->second;
}

std::shared_ptr<issuers::OpenIssuer> WorkQueue::signer(const store::Issuer& record) {
    auto& signer = signers_[record.id];
    if (!signer) signer = issuers::open(home_, record);
    return signer;
}

}  // namespace rekey::renewal
