#include "units/driver/listing.hpp"

#include "base/limits.hpp"

namespace rekey::units {

namespace {

std::size_t size_of(const std::vector<Bytes>& certificates) {
    std::size_t size = 0;
    for (const auto& der : certificates) size += sizeof(Bytes) + der.size();
    return size;
}

std::size_t size_of(const Holding& holding) {
    auto size = sizeof(Holding) + size_of(holding.chain) + holding.trouble.size() + holding.remedy.size();
    if (holding.trust) size += size_of(*holding.trust);
    for (const auto& concern : holding.concerns) size += sizeof(Concern) + concern.what.size() + concern.remedy.size();
    return size;
}

}  // namespace

void ListingSize::add(const Holding& holding) { size_ += size_of(holding); }

bool ListingSize::fits() const { return size_ <= limits::listing; }

}  // namespace rekey::units
