#include "rekey/store/store.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/retirement.hpp"
#include "store/schema/migrations.hpp"
#include "store/sql/query.hpp"
#include "store/sqlite/open.hpp"

namespace rekey::store {

using Scope = Backend::Scope;

Store::Store(std::unique_ptr<Backend> backend) : Reader(*backend), owned_(std::move(backend)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::create(const std::string& path, Time now) {
    return Store(open_database(path, Purpose::create, now, schema_steps()));
}

Store Store::open(const std::string& path, Mode mode, Time now) {
    return Store(open_database(path, mode == Mode::read ? Purpose::read : Purpose::write, now, schema_steps()));
}

bool Store::may_try_again(int attempt) const {
    constexpr int most_attempts = 5;
    return attempt < most_attempts && owned_->is_retryable();
}

bool Store::writable() const { return owned_->mode() == Mode::write; }

std::unique_ptr<Lock> Store::lock(const std::string& name, std::chrono::milliseconds patience) const {
    return owned_->lock(name, patience);
}
bool Store::is_locked(const std::string& name) const { return owned_->is_locked(name); }
void Store::forget_lock(const std::string& name) const { owned_->forget_lock(name); }

bool Store::checkpoint() {
    if (!writable())
        throw Error(Code::failed, fmt::format("{} was opened for reading only", printable(owned_->name())));
    if (owned_->scope() != Scope::none)
        throw Error(Code::failed, fmt::format("{}: a checkpoint inside a transaction", printable(owned_->name())));
    return owned_->scrub();
}

std::vector<std::string> Store::problems() { return owned_->problems(); }

Transaction::Transaction(Store& store, InRetired in_retired) : Reader(store.backend()) {
    auto& backend = store.backend();
    if (backend.mode() == Store::Mode::read)
        throw Error(Code::failed, fmt::format("{} was opened for reading only", printable(backend.name())));
    if (backend.begun() != Scope::none)
        throw Error(Code::failed, fmt::format("{}: a transaction inside another", printable(backend.name())));
    backend.begin(Scope::transaction);
    if (in_retired == InRetired::allow) return;
    try {
        // In the transaction, as the home may have been retired since it was opened.
        require_not_retired(*this);
    } catch (...) {
        backend.roll_back();
        throw;
    }
}

Transaction::~Transaction() {
    if (done_) return;
    backend().roll_back();
    count_changes(false);
}

void Transaction::commit() {
    if (done_) throw Error(Code::failed, fmt::format("{}: committed twice", printable(backend().name())));
    backend_for_change().commit();
    done_ = true;
    count_changes(true);
}

Backend& Transaction::backend_for_change() {
    auto& backend = this->backend();
    if (done_)
        throw Error(Code::failed, fmt::format("{}: a change outside of a transaction", printable(backend.name())));
    if (backend.scope() == Scope::none)
        throw Error(Code::failed, fmt::format("{}: the transaction has been rolled back", printable(backend.name())));
    return backend;
}

Snapshot::Snapshot(Reader& store) : backend_(store.backend()) {
    // Whatever is under way already is one.
    if (backend_.begun() != Scope::none) return;
    backend_.begin(Scope::snapshot);
    mine_ = true;
}

Snapshot::~Snapshot() {
    if (mine_) backend_.roll_back();
}

}  // namespace rekey::store
