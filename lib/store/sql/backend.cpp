#include "store/sql/backend.hpp"

namespace rekey::store {

Backend::Backend(std::string name, Store::Mode mode) : name_(std::move(name)), mode_(mode) {}

std::unique_ptr<Statement> Backend::take(std::string_view sql) {
    auto found = idle_.find(sql);
    if (found == idle_.end() || found->second.empty()) return prepare(sql);
    auto statement = std::move(found->second.back());
    found->second.pop_back();
    return statement;
}

void Backend::give_back(std::unique_ptr<Statement> statement) noexcept {
    try {
        statement->clear();
        idle_[statement->sql()].push_back(std::move(statement));
    } catch (...) {
        return;  // not kept: gone here and prepared again when it is needed
    }
}

}  // namespace rekey::store
