#include "crypto/certificates/certificate.hpp"
#include "rekey/units/units.hpp"

namespace rekey::units {

std::string to_pem(std::span<const Bytes> chain) { return crypto::to_pem(chain); }

}  // namespace rekey::units
