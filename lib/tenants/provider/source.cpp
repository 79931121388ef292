#include <fmt/format.h>

#include "base/limits.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/tenants/sync.hpp"
#include "tenants/provider/answer_reader.hpp"
#include "tenants/provider/page_parser.hpp"

namespace rekey::tenants {

namespace {

constexpr int page_size = 1000;

/// Whether a record of which something cannot be read can be told from others.
bool can_be_named(const std::string& id) {
    return !id.empty() && id.size() <= limits::record_id && printable(id) == id;
}

/// Of the records of one answer. One of which only a part cannot be read is named, and the others are kept; one that
/// nobody can tell from others makes the whole answer none.
/// What is beyond `most` is counted only.
template <class Kept, class Make>
std::optional<Paging> read_records(const std::string& body, std::vector<Kept>& kept, std::vector<Unread>& unread,
                                   std::size_t most, std::size_t& count, Make make) {
    bool nameless = false;
    auto paging = read_answer(body, [&](Record&& record) {
        if (++count > most) return;
        record.origin = Origin::provider;
        auto device = record[record[Field::device].empty() ? Field::id : Field::device];
        if (device.empty()) device = record[Field::serial];
        try {
            if (record.trouble) throw Error(*record.trouble);
            kept.push_back(make(std::move(record)));
        } catch (const Error& e) {
            if (e.code() != Code::usage) throw;
            nameless = nameless || !can_be_named(device);
            unread.push_back({std::move(device), e.message()});
        }
    });
    return nameless ? std::nullopt : paging;
}

class HttpSource : public Source {
public:
    HttpSource(const Patience& patience, const Trust& trust) : http_(patience, trust), patience_(patience) {}

    Answer<DevicePage> page(const store::Credential& credential, const Secret& token,
                            const std::string& cursor) override {
        auto base = credential.api_url + "/orgDevices";
        HttpAnswer answer;
        // A page that is too large is asked for in smaller pieces.
        for (int limit = page_size; limit > 0; limit /= 10) {
            auto url = fmt::format("{}?limit={}", base, limit);
            if (!cursor.empty()) url += "&cursor=" + percent_encoded(cursor);
            answer = get(url, token, limits::page);
            if (!answer.too_large) break;
        }
        if (auto failure = common_failure(answer, base)) return *failure;
        if (auto failure = refused(answer, base)) return *failure;
        DevicePage page;
        page.unknown_cursor = !cursor.empty() && (answer.status == 400 || answer.status == 404 || answer.status == 410);
        if (page.unknown_cursor) return page;
        if (answer.status != 200) return no_answer(answer, base);
        std::size_t count = 0;
        auto paging = read_records(answer.body, page.devices, page.unread, limits::page_records, count,
                                   [](Record&& record) { return to_device(std::move(record), Time{}); });
        if (!paging) return no_answer(answer, base);
        if (count > limits::page_records) return too_many_records(limits::page_records, base);
        if (auto failure = find_next(*paging, base, page.next)) return *failure;
        if (!page.next.empty() && page.next == cursor)
            return Failure{Trouble::server,
                           fmt::format("{} names a page as the one that comes after itself", server_of(base))};
        return page;
    }

    Answer<std::optional<store::Device>> device(const store::Credential& credential, const Secret& token,
                                                const std::string& id) override {
        auto url = fmt::format("{}/orgDevices/{}", credential.api_url, percent_encoded(id));
        auto answer = get(url, token, limits::device_answer);
        if (auto failure = common_failure(answer, url)) return *failure;
        if (auto failure = refused(answer, url)) return *failure;
        if (answer.status == 404) return std::nullopt;
        std::vector<store::Device> devices;
        std::vector<Unread> unread;
        auto make = [](Record&& record) { return to_device(std::move(record), Time{}); };
        std::size_t count = 0;
        bool read = answer.status == 200 && read_records(answer.body, devices, unread, 1, count, make);
        if (read && count == 1 && unread.size() == 1)
            return Failure{Trouble::server, unread.front().why, std::nullopt, false};
        if (!read || count != 1 || devices.size() != 1) return no_answer(answer, url);
        return std::move(devices.front());
    }

    Answer<CoverageAnswer> coverage(const store::Credential& credential, const Secret& token,
                                    const std::string& device_id) override {
        auto url = fmt::format("{}/orgDevices/{}/appleCareCoverage", credential.api_url, percent_encoded(device_id));
        auto answer = get(url, token, limits::device_answer);
        if (auto failure = common_failure(answer, url)) return *failure;
        if (auto failure = refused(answer, url)) return *failure;
        CoverageAnswer coverage;
        if (answer.status == 404) return coverage;
        auto make = [&](Record&& record) {
            record[Field::device] = device_id;
            return to_coverage(std::move(record), Time{});
        };
        // Its device is known: what was asked for it is told of it.
        std::size_t count = 0;
        bool read = answer.status == 200 &&
                    read_records(answer.body, coverage.records, coverage.unread, limits::coverage_records, count, make);
        if (!read) return no_answer(answer, url);
        if (count > limits::coverage_records) return too_many_records(limits::coverage_records, url);
        for (auto& unread : coverage.unread) unread.id = device_id;
        return coverage;
    }

private:
    HttpAnswer get(const std::string& url, const Secret& token, std::size_t limit) {
        return http_.send_once({url, {}, &token, limit}, patience_.total);
    }

    static std::optional<Failure> find_next(const Paging& paging, const std::string& base, std::string& next) {
        next = paging.cursor;
        if (next.empty() && !paging.link.empty()) {
            auto cursor = cursor_of(base, paging.link);
            if (!cursor || cursor->empty())
                return Failure{Trouble::server,
                               fmt::format("{} names a next page that {}", server_of(base),
                                           cursor ? "has no cursor" : "is on another server, which is not asked")};
            next = *cursor;
        }
        if (next.size() <= limits::cursor) return std::nullopt;
        return Failure{Trouble::server,
                       fmt::format("{} has a cursor longer than {} bytes", server_of(base), limits::cursor)};
    }

    Http http_;
    Patience patience_;
};

}  // namespace

OpenSource records_of_provider(const Patience& patience, const Trust& trust) {
    return [patience, trust] { return std::make_unique<HttpSource>(patience, trust); };
}

}  // namespace rekey::tenants
