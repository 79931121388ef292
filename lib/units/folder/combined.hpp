#pragma once

#include <span>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"

/// A private key, its certificates and Diffie-Hellman parameters in one file, in any order, as HAProxy, lighttpd and
/// Postfix read them.
namespace rekey::units::combined {

/// One block of a PEM file, from its BEGIN line to its END line.
struct Part {
    std::string label;
    ByteView text;
};
/// In order, as views into `pem`; what is between them is passed over.
std::vector<Part> parts_of(ByteView pem);

bool has_key(ByteView pem);
bool has_certificate(ByteView pem);

/// Whether it is more than a key, or certificates, alone: a link to a file with one of them would take the rest away.
bool is_combined(ByteView pem);

/// The key's block alone, byte for byte.
Secret key_in(ByteView pem);

/// A label that `remade` knows no place for; empty: there is none.
std::string strange_label(ByteView pem);

/// The same kinds of parts in the same order with another key and other certificates: the leaf where the first one was,
/// the others where the second was, or after the leaf. Diffie-Hellman parameters stay as they are; parameters of the
/// old key go. `chain`: DER, leaf first.
Secret remade(ByteView pem, ByteView key_pem, std::span<const Bytes> chain);

}  // namespace rekey::units::combined
