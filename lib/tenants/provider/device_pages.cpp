#include "tenants/provider/device_pages.hpp"

#include "base/limits.hpp"

namespace rekey::tenants {

std::size_t weight_of(const DevicePage& page) {
    std::size_t weight = sizeof page;
    for (const auto& device : page.devices)
        weight += sizeof device + device.id.size() + device.serial.size() + device.model.size() + device.family.size() +
                  device.status.size() + device.attributes.size();
    for (const auto& unread : page.unread) weight += sizeof unread + unread.id.size() + unread.why.size();
    return weight;
}

DevicePages::DevicePages(RetryingClient& client, const OpenSource& open, std::string cursor)
    : client_(client),
      pages_(limits::pages_waiting),
      thread_([this, &open, cursor = std::move(cursor)] { run(open, cursor); }) {}

DevicePages::~DevicePages() {
    pages_.close();
    thread_.join();
}

void DevicePages::run(const OpenSource& open, std::string cursor) {
    try {
        auto source = open();
        for (bool more = true; more;) {
            auto asked = client_.ask<DevicePage>([&](const store::Credential& credential, const Secret& token) {
                return source->page(credential, token, cursor);
            });
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
