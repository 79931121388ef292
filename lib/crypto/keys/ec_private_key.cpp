#include "crypto/keys/ec_private_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/params.h>

#include <algorithm>
#include <bit>

#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

namespace {

using CurvePoint = Handle<EC_POINT, EC_POINT_free>;
using ImportContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using SecretNumber = Handle<BIGNUM, BN_clear_free>;

/// NID_undef unless it is an EC key on a named curve.
int named_curve_of(const X509_ALGOR& algorithm) {
    const ASN1_OBJECT* kind = nullptr;
    int type = V_ASN1_UNDEF;
    const void* parameters = nullptr;
    X509_ALGOR_get0(&kind, &type, &parameters, &algorithm);
    bool named = OBJ_obj2nid(kind) == NID_X9_62_id_ecPublicKey && type == V_ASN1_OBJECT;
    return named ? OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(parameters)) : NID_undef;
}

bool is_of_full_length(const EcPrivateKeyFields& fields, std::size_t size) {
    auto point = bytes_of(*fields.point);
    return ASN1_INTEGER_get(fields.version) == 1 && bytes_of(*fields.scalar).size() == size &&
           is_whole(*fields.point) && point.size() == 1 + 2 * size && point[0] == POINT_CONVERSION_UNCOMPRESSED;
}

/// Null where it is none of the curve's private keys (1 to its order - 1; SEC 1, 3.2.1), or memory is short.
SecretNumber private_number(ByteView scalar, const EC_GROUP& group) {
    SecretNumber number(BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr));
    if (!number) return nullptr;
    // What is computed with it takes the same time whatever it is.
    BN_set_flags(number.get(), BN_FLG_CONSTTIME);
    bool in_range = !BN_is_zero(number.get()) && BN_cmp(number.get(), EC_GROUP_get0_order(&group)) < 0;
    return in_range ? std::move(number) : nullptr;
}

}  // namespace

std::optional<EcPrivateKey> EcPrivateKey::read(const PKCS8_PRIV_KEY_INFO& info) {
    const unsigned char* content = nullptr;
    int length = 0;
    const X509_ALGOR* algorithm = nullptr;
    if (PKCS8_pkey_get0(nullptr, &content, &length, &algorithm, &info) != 1 || length <= 0) return std::nullopt;
    int curve_nid = named_curve_of(*algorithm);
    const EC_GROUP* group = curve_nid != NID_undef ? curve_group(curve_nid) : nullptr;
    if (group == nullptr) return std::nullopt;
    auto fields = parse_ec_private_key({content, static_cast<std::size_t>(length)});
    if (!fields || fields->parameters != nullptr || fields->point == nullptr) return std::nullopt;
    auto size = static_cast<std::size_t>(EC_GROUP_get_degree(group) + 7) / 8;
    if (!is_of_full_length(*fields, size)) return std::nullopt;
    return EcPrivateKey(curve_nid, std::move(fields));
}

Pkey EcPrivateKey::import() const {
    // Parameters are in the machine's order, DER is big-endian (RFC 5915, 3).
    Secret number = Secret::copy_of(scalar());
    if constexpr (std::endian::native == std::endian::little)
        std::reverse(number.data(), number.data() + number.size());
    OSSL_PARAM parts[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(OBJ_nid2sn(curve_nid_)), 0),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number.data(), number.size()),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::uint8_t*>(point().data()),
                                          point().size()),
        OSSL_PARAM_construct_end()};
    ImportContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parts) != 1)
        return nullptr;
    return Pkey(key);
}

std::optional<Bytes> EcPrivateKey::proven_public_key() const {
    const EC_GROUP* group = curve_group(curve_nid_);
    auto number = private_number(scalar(), *group);
    CurvePoint computed(EC_POINT_new(group));
    if (!number || !computed || EC_POINT_mul(group, computed.get(), number.get(), nullptr, nullptr, nullptr) != 1)
        return std::nullopt;
    Bytes encoded(point().size());
    auto length = EC_POINT_point2oct(group, computed.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                                     encoded.size(), nullptr);
    if (length != encoded.size() || !std::ranges::equal(encoded, point())) return std::nullopt;
    return encode_ec_public_key(curve_nid_, encoded);
}

}  // namespace rekey::crypto
