/// A provider's answers to a sync: JSON in one pass, and links that lead nowhere else.
#include <nlohmann/json.hpp>

#include "fuzz.hpp"
#include "tenants/provider/answer_reader.hpp"
#include "tenants/provider/http.hpp"
#include "tenants/provider/url.hpp"

using namespace rekey;
using namespace rekey::tenants;

namespace {

void follow(const std::string& link) {
    const std::string base = "https://api.example/v1/orgDevices";
    if (auto cursor = cursor_of(base, link)) percent_encoded(*cursor);
    fuzz::takes([&] { require_url(link, "the link"); });
    is_loopback(link);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string body(text_of(ByteView(data, size)));
    fuzz::takes([&] {
        std::vector<std::string> taken;
        auto take = [&](Record&& record) {
            auto attributes = nlohmann::json::parse(record.attributes, nullptr, false);
            fuzz::require(attributes.is_object(), "attributes are no JSON object");
            taken.push_back(record.attributes);
            fuzz::takes([&] { to_device(std::move(record), from_unix(1795000000)); });
        };
        auto paging = read_answer(body, take);
        auto first = std::exchange(taken, {});
        fuzz::require(read_answer(body, take).has_value() == paging.has_value() && taken == first,
                      "the same answer is read in two ways");
        if (!paging) return;
        fuzz::require(nlohmann::json::accept(body), "an answer that is no JSON is accepted");
        follow(paging->link);
    });
    follow(body);
    return 0;
}
