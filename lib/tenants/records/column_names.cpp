#include "tenants/records/column_names.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/lists/text_file.hpp"
#include "base/text/blanks.hpp"
#include "rekey/base/base.hpp"

namespace rekey::tenants {

namespace {

// A list with more different names than this has records that are none.
constexpr std::size_t most_remembered = 4096;
constexpr std::size_t longest_remembered = 256;

struct Known {
    Field field;
    const char* attribute;  ///< the provider's name
    const char* others;     ///< separated by commas, the best first; case, blanks and punctuation do not matter
};

// The table of names. API: Apple's "Device" and "AppleCare Coverage". Others: the portal's list of devices, Jamf Pro's
// advanced searches and Snipe-IT's export of assets.
constexpr Known device_columns[] = {
    {Field::id, "id", ""},
    {Field::device, "device_id", "deviceId"},
    {Field::serial, "serialNumber",
     "serial number, serial, serial no, serial num, device serial number, hardware serial number, sn"},
    {Field::model, "deviceModel", "device model, model, model name"},
    {Field::family, "productFamily", "product family, family, device family, category"},
    {Field::status, "status", "assignment status"},
    {Field::released, "releasedFromOrgDateTime",
     "released from org date, date released from organization, date released, released at"},
    {Field::other, "productType", "product type, model identifier, model id"},
    {Field::other, "partNumber", "part number, part no, part, model no, model number"},
    {Field::other, "orderNumber", "order number, order no, po number, purchase order, purchase order number"},
    {Field::other, "orderDateTime", "order date, date ordered, po date, purchase date"},
    {Field::other, "addedToOrgDateTime", "date added to organization, added to org date, date added, added at"},
    {Field::other, "deviceCapacity", "device capacity, capacity, storage, total capacity"},
    {Field::other, "color", "colour"},
    {Field::other, "imei", "imei number"},
    {Field::other, "meid", "meid number"},
    {Field::other, "eid", "eid number"},
    {Field::other, "wifiMacAddress", "wi fi mac address, wlan mac address, mac address"},
    {Field::other, "bluetoothMacAddress", "bluetooth mac address"},
    {Field::other, "ethernetMacAddress", "ethernet mac address"},
    {Field::other, "purchaseSourceType", "purchase source, purchase source type, source"},
    {Field::other, "purchaseSourceId", "purchase source id, purchase source uid, reseller id, supplier id"},
    {Field::other, "assignedServer",
     "assigned server, mdm server, assigned mdm server, mdm server name, device management service"},
};

constexpr Known coverage_columns[] = {
    {Field::id, "id", "coverage id"},
    {Field::device, "device_id", "deviceId"},
    {Field::serial, "serialNumber",
     "serial number, serial, serial no, serial num, device serial number, hardware serial number, sn"},
    {Field::model, "deviceModel", "device model, model, model name"},
    {Field::family, "productFamily", "product family, family, device family, category"},
    {Field::status, "status", "coverage status, warranty status, applecare status"},
    {Field::description, "description",
     "coverage description, coverage type, coverage, warranty type, warranty, plan, agreement type"},
    {Field::starts, "startDateTime",
     "start date, coverage start date, coverage start, warranty start date, warranty start, begins"},
    {Field::ends, "endDateTime",
     "end date, coverage end date, coverage end, coverage expiration date, warranty expiration, warranty expiration "
     "date, warranty expires, warranty end date, warranty end, expiration date, expires, expiry date"},
    {Field::agreement, "agreementNumber", "agreement number, agreement no, applecare id, contract number"},
    {Field::other, "isRenewable", "renewable, renews, auto renew, renews automatically"},
    {Field::other, "isCanceled", "canceled, cancelled, is cancelled"},
    {Field::other, "paymentType", "payment type, payment"},
    {Field::other, "contractCancelDateTime", "contract cancel date, cancel date, canceled at, cancelled at"},
};

/// Names of our own exports.
constexpr std::pair<const char*, Field> own_names[] = {
    {"deviceId", Field::device},
    {"serial_number", Field::serial},
    {"serial", Field::serial},
    {"model", Field::model},
    {"family", Field::family},
    {"starts", Field::starts},
    {"ends", Field::ends},
    {"startDateTime", Field::starts},
    {"endDateTime", Field::ends},
    {"agreementNumber", Field::agreement},
    {"attributes", Field::attributes},
    {"inactive_since", Field::inactive},
    {"first_seen", Field::first_seen},
    {"last_seen", Field::last_seen},
};

std::span<const Known> table(RecordKind kind) {
    return kind == RecordKind::devices ? std::span<const Known>(device_columns)
                                       : std::span<const Known>(coverage_columns);
}

/// Without what people write differently.
std::string plain_name(std::string_view name) {
    std::string plain;
    for (char c : with_plain_blanks(name)) {
        bool counts = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        if (counts) plain += c;
        if (c >= 'A' && c <= 'Z') plain += static_cast<char>(c - 'A' + 'a');
    }
    return plain;
}

std::vector<std::string> others_of(const Known& known) {
    std::vector<std::string> others;
    std::string_view rest = known.others;
    while (!rest.empty()) {
        auto end = rest.find(", ");
        others.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
    return others;
}

/// `NAME = FIELD`, line by line.
std::map<std::string, std::string> read_column_map(const std::string& path) {
    TextFile text(path);
    std::map<std::string, std::string> map;
    for (std::string_view line; text.next(line);) {
        auto plain = with_plain_blanks(line);
        if (plain.empty() || plain.front() == '#') continue;
        auto equals = plain.rfind('=');
        auto part = [&](std::size_t from, std::size_t size) {
            auto word = with_plain_blanks(std::string_view(plain).substr(from, size));
            bool quoted = word.size() >= 2 && word.front() == '"' && word.back() == '"';
            return quoted ? word.substr(1, word.size() - 2) : word;
        };
        auto name = equals == std::string::npos ? "" : part(0, equals);
        auto field = equals == std::string::npos ? "" : part(equals + 1, std::string::npos);
        if (name.empty() || field.empty())
            text.fail("no 'NAME = FIELD'", "as: Asset serial = serialNumber; see: rekey tenants import --columns");
        if (map.size() >= limits::list_map) text.fail(fmt::format("more than {} names", limits::list_map));
        map[name] = field;
    }
    return map;
}

}  // namespace

std::vector<ColumnName> column_names(RecordKind kind) {
    std::vector<ColumnName> names;
    for (const auto& known : table(kind)) names.push_back({known.attribute, others_of(known)});
    return names;
}

ColumnNames::ColumnNames(RecordKind kind, const std::string& map) {
    for (const auto& known : table(kind)) {
        int rank = 0;
        // These two have no attribute of that name at the provider.
        bool named = known.field != Field::id && known.field != Field::device;
        Meaning meaning{known.field, named ? known.attribute : "", rank};
        plain_.emplace(plain_name(known.attribute), meaning);
        exact_.emplace(known.attribute, known.field);
        for (const auto& other : others_of(known)) {
            meaning.rank = ++rank;
            plain_.emplace(plain_name(other), meaning);
        }
    }
    for (const auto& [name, field] : own_names) {
        exact_.emplace(name, field);
        // A list of devices with these is one of coverage, or has coverage beside its devices.
        if (!plain_.contains(plain_name(name))) known_.emplace(name, Meaning{field, "", 0});
    }
    if (map.empty()) return;
    for (const auto& [name, field] : read_column_map(map)) {
        auto found = plain_.find(plain_name(field));
        if (found == plain_.end())
            throw Error(Code::usage, fmt::format("{}: there is no field '{}'", printable(map), printable(field)),
                        "see: rekey tenants import --columns");
        auto meaning = found->second;
        // One's own word counts for more than the table's.
        meaning.rank = -1;
        plain_[plain_name(name)] = meaning;
        known_.erase(name);
    }
}

const Meaning& ColumnNames::meaning(std::string_view name) {
    if (auto found = known_.find(name); found != known_.end()) return found->second;
    static const Meaning unknown;
    auto found = plain_.find(plain_name(name));
    const auto& meaning = found == plain_.end() ? unknown : found->second;
    if (known_.size() >= most_remembered || name.size() > longest_remembered) return meaning;
    return known_.emplace(name, meaning).first->second;
}

Field ColumnNames::exact(std::string_view name) const {
    auto found = exact_.find(name);
    return found == exact_.end() ? Field::other : found->second;
}

}  // namespace rekey::tenants
