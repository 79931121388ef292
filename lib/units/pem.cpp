#include "rekey/units/pem.hpp"

#include "crypto/certificates/certificate.hpp"

namespace rekey::units {

std::string to_pem(std::span<const Bytes> chain) { return crypto::to_pem(chain); }

}  // namespace rekey::units
