#include "issuers/issuer.hpp"

#include <fmt/format.h>

#include "issuers/local.hpp"
#include "rekey/base/base.hpp"

namespace rekey::issuers {

std::unique_ptr<OpenIssuer> open(Home& home, const store::Issuer& record) {
    if (record.kind == local_kind) return open_local(home, record);
    refuse_kind(record);
}

void refuse_kind(const store::Issuer& record) {
    throw Error(Code::refused,
                fmt::format("issuer '{}' is of the kind '{}', which this rekey does not know", record.name,
                            printable(record.kind)),
                "use the rekey that made it, or another issuer");
}

}  // namespace rekey::issuers
