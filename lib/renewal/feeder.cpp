#include "renewal/feeder.hpp"

#include <fmt/format.h>

#include "rekey/base/error.hpp"

namespace rekey::renewal {

namespace {

constexpr int batch = 128;

}  // namespace

Feeder::Feeder(Home& home, const policy::Config& config, const Request& request, store::Id run,
               std::function<void(Task&, const Error&)> refuse)
    : home_(home),
      config_(config),
      request_(request),
      run_(run),
      refuse_(std::move(refuse)),
      organization_(store::setting(home.store(), "organization").value_or("")) {}

bool Feeder::fetch() {
    if (exhausted_) return false;
    auto items = store::open_items(home_.store(), run_, after_, batch);
    exhausted_ = items.size() < static_cast<std::size_t>(batch);
    if (items.empty()) return false;
    after_ = items.back().id;
    for (auto& item : items) fetched_.push_back(std::move(item));
    return true;
}

std::optional<UnitWork> Feeder::next() {
    while (!fetched_.empty() || fetch()) {
        UnitWork work;
        auto unit = fetched_.front().slot.unit;
        while ((!fetched_.empty() || fetch()) && fetched_.front().slot.unit == unit) {
            auto item = std::move(fetched_.front());
            fetched_.pop_front();
            if (auto task = prepare(std::move(item))) work.tasks.push_back(std::move(*task));
        }
        if (work.tasks.empty()) continue;
        work.address = work.tasks.front().unit.address;
        return work;
    }
    return std::nullopt;
}

std::optional<Task> Feeder::prepare(store::Item item) {
    auto& store = home_.store();
    Task task;
    task.item = std::move(item);
    task.by_itself = request_.selection.due;
    try {
        auto unit = store::find_unit(store, task.item.slot.unit);
        auto slot = store::find_slot(store, task.item.slot);
        if (!unit || !slot) throw Error(Code::failed, "the unit was removed");
        task.unit = std::move(*unit);
        task.slot = std::move(*slot);
        task.in_use = store::certificate_in_use(store, task.item.slot_id);
        auto issuer = store::find_issuer(store, task.item.issuer_id);
        if (!issuer) throw Error(Code::corrupt, "its issuer is not in the store");
        task.issuer_record = std::move(*issuer);
        task.rules = rules_of(config_, task.slot, task.unit.labels, organization_);
        task.issuer = signer(task.issuer_record);
        return task;
    } catch (const Error& e) {
        refuse_(task, e);
        return std::nullopt;
    }
}

std::shared_ptr<issuers::Issuer> Feeder::signer(const store::Issuer& record) {
    auto& signer = signers_[record.id];
    if (!signer) signer = issuers::open(home_, record);
    return signer;
}

}  // namespace rekey::renewal
