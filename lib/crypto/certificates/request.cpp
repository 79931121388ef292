#include "crypto/certificates/request.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

Bytes make_request(const PrivateKey& key) {
    CleanErrors clean;
    auto scheme = scheme_of(*key.get());
    if (!scheme) {
        require_memory();
        throw Error(Code::usage, fmt::format("no request can be made for a key of the kind {}", key.name()),
                    "use one of " + makeable_kinds());
    }
    Bytes no_subject = der::sequence({});
    Bytes no_attributes = der::value(der::context(0, true), {});
    Bytes info = der::sequence({der::small_integer(0), no_subject, key.public_key(), no_attributes});
    Bytes signature = der::bit_string(sign(key.get(), *scheme, info));
    return der::sequence({info, scheme->algorithm_identifier, signature});
}

RequestKey verify_request(ByteView der) {
    CleanErrors clean;
    if (der.size() > limits::der)
        throw Error(Code::refused, fmt::format("the request has {} bytes; {} are allowed", der.size(), limits::der));
    auto request = parse_request(der);
    if (!request) fail("this is not a PKCS #10 request, or a damaged one", Code::refused);
    constexpr long version_1 = 0;
    if (ASN1_INTEGER_get(request->info->version) != version_1)
        throw Error(Code::refused, "the request is not of version 1, the only one that there is",
                    "make it again with another program");
    const KeyInfo& info = *request->info->key;
    Pkey key = import_public_key(info);
    SignatureVerdict verdict =
        is_whole(*request->signature)
            ? verify(key.get(), *request->algorithm, bytes_of(*request->signature), bytes_of(request->info->encoding))
            : SignatureVerdict::bad;
    if (verdict != SignatureVerdict::good) require_memory();
    if (verdict == SignatureVerdict::unsupported)
        throw Error(Code::refused,
                    fmt::format("the request is signed with {}, which is not accepted for its key",
                                to_text(*request->algorithm->algorithm)),
                    "sign it with SHA-256, SHA-384 or SHA-512, or with the key's own algorithm");
    if (verdict == SignatureVerdict::bad)
        throw Error(Code::refused, "the request's signature is wrong: its maker does not have its key",
                    "make the request again with the key that it is for");
    return {to_bytes(bytes_of(info.encoding)), name_of(info)};
}

}  // namespace rekey::crypto
