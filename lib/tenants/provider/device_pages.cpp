#include "tenants/provider/device_pages.hpp"

#include "base/limits.hpp"
#include "base/start_thread.hpp"

namespace rekey::tenants {

namespace {

/// A page after which nobody can go on is asked for again by the next sync.
Asked<DevicePage> need_next(Asked<DevicePage> asked) {
    auto* page = std::get_if<DevicePage>(&asked);
    if (page == nullptr || !page->no_next) return asked;
    return std::move(*page->no_next);
}

}  // namespace

std::size_t weight_of(const DevicePage& page) {
    std::size_t weight = sizeof page;
    for (const auto& device : page.devices)
        weight += sizeof device + device.id.size() + device.serial.size() + device.model.size() + device.family.size() +
                  device.status.size() + device.attributes.size();
    for (const auto& unread : page.unread) weight += sizeof unread + unread.id.size() + unread.why.size();
    return weight;
}

DevicePages::DevicePages(ApiClient& client, const OpenProvider& open, std::string cursor)
    : client_(client),
      pages_(limits::pages_waiting),
      thread_(start_thread([this, &open, cursor = std::move(cursor)] { run(open, cursor); })) {}

DevicePages::~DevicePages() {
    pages_.close();
    thread_.join();
}

void DevicePages::run(const OpenProvider& open, std::string cursor) {
    try {
        auto provider = open();
        for (bool more = true; more;) {
            auto asked = need_next(client_.devices(*provider, cursor));
            auto* page = std::get_if<DevicePage>(&asked);
            more = page != nullptr && !page->next.empty();
            if (more) cursor = page->next;
            auto weight = page != nullptr ? weight_of(*page) : 0;
            if (!pages_.push(std::move(asked), weight)) return;
        }
    } catch (...) {
        error_ = std::current_exception();
    }
    pages_.close();
}

std::optional<Asked<DevicePage>> DevicePages::next(std::chrono::milliseconds patience) {
    bool over = pages_.closed();
    auto page = pages_.pop(patience);
    // Written before it was closed.
    if (!page && over && error_) std::rethrow_exception(error_);
    return page;
}

}  // namespace rekey::tenants
