// The least that verifying slots can cost: for each unit of FOLDER read the pair in use, check the certificate's
// signature by the issuer's key, and that the private key is the certificate's (scalar times generator is its point).
//     verify FOLDER ISSUER.pem [THREADS [signatures|files]]     2 and files unless told; signatures: reads all first,
//     untimed
// Prints microseconds a certificate, wall and CPU. table.sh compiles and runs it.
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace {

void must(bool good) {
    if (!good) std::abort();
}
std::string read_file(int root, const std::string& path) {
    int file = openat(root, path.c_str(), O_RDONLY | O_CLOEXEC);
    must(file >= 0);
    std::string text(4096, '\0');
    auto length = read(file, text.data(), text.size());
    must(length > 0);
    close(file);
    text.resize(static_cast<std::size_t>(length));
    return text;
}
std::string from_pem(const std::string& text) {
    auto begin = text.find('\n') + 1, end = text.find("\n-----END");
    std::string der(text.size(), '\0');
    auto* context = EVP_ENCODE_CTX_new();
    int length = 0, rest = 0;
    EVP_DecodeInit(context);
    EVP_DecodeUpdate(context, reinterpret_cast<unsigned char*>(der.data()), &length,
                     reinterpret_cast<const unsigned char*>(text.data()) + begin, static_cast<int>(end - begin));
    EVP_DecodeFinal(context, reinterpret_cast<unsigned char*>(der.data()) + length, &rest);
    EVP_ENCODE_CTX_free(context);
    der.resize(static_cast<std::size_t>(length + rest));
    return der;
}
/// The value of the element at `at`, which is moved behind it; `whole` begins with its header.
std::string_view element(std::string_view der, std::size_t& at, std::string_view* whole = nullptr) {
    std::size_t begin = at, length = static_cast<unsigned char>(der[at + 1]), header = 2;
    if (length >= 128) {
        header += length & 127;
        length = 0;
        for (std::size_t i = 2; i < header; ++i) length = length * 256 + static_cast<unsigned char>(der[at + i]);
    }
    at += header + length;
    if (whole) *whole = der.substr(begin, header + length);
    return der.substr(begin + header, length);
}

struct Checker {
    EVP_PKEY_CTX* context;
    EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BN_CTX* numbers = BN_CTX_new();
    explicit Checker(EVP_PKEY* issuer) : context(EVP_PKEY_CTX_new_from_pkey(nullptr, issuer, nullptr)) {
        must(EVP_PKEY_verify_init(context) == 1);
    }
    void signature(const std::string& der) {
        std::size_t at = 0;
        auto certificate = element(der, at);
        std::string_view body;
        std::size_t in = 0;
        element(certificate, in, &body);
        element(certificate, in);
        auto bits = element(certificate, in).substr(1);
        unsigned char digest[32];
        EVP_Digest(body.data(), body.size(), digest, nullptr, EVP_sha256(), nullptr);
        must(EVP_PKEY_verify(context, reinterpret_cast<const unsigned char*>(bits.data()), bits.size(), digest, 32) ==
             1);
    }
    void pair(const std::string& key, const std::string& der) {
        static const std::string before_scalar("\x02\x01\x01\x04\x20", 5), before_point("\x03\x42\x00", 3);
        auto scalar = key.find(before_scalar), point = der.find(before_point);
        must(scalar != std::string::npos && point != std::string::npos);
        BIGNUM* secret = BN_bin2bn(reinterpret_cast<const unsigned char*>(key.data()) + scalar + 5, 32, nullptr);
        EC_POINT* made = EC_POINT_new(group);
        unsigned char bytes[65];
        must(EC_POINT_mul(group, made, secret, nullptr, nullptr, numbers) == 1 &&
             EC_POINT_point2oct(group, made, POINT_CONVERSION_UNCOMPRESSED, bytes, 65, numbers) == 65 &&
             std::memcmp(bytes, der.data() + point + 3, 65) == 0);
        BN_clear_free(secret);
        EC_POINT_free(made);
    }
};

double cpu() {
    rusage used;
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

}  // namespace

int main(int argc, char** argv) {
    must(argc >= 3);
    int threads = argc > 3 ? std::atoi(argv[3]) : 2;
    bool files = argc <= 4 || std::string(argv[4]) == "files";
    int root = open(argv[1], O_RDONLY | O_DIRECTORY);
    must(root >= 0);
    std::vector<std::string> units, certificates;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) units.push_back(entry.path().filename());
    auto* bio = BIO_new_file(argv[2], "r");
    X509* issuer = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    must(issuer != nullptr);
    if (!files)
        for (const auto& unit : units)
            certificates.push_back(from_pem(read_file(root, unit + "/online/current/cert.pem")));
    std::atomic<std::size_t> next = 0;
    auto begin = std::chrono::steady_clock::now();
    auto used = cpu();
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i)
        workers.emplace_back([&] {
            Checker checker(X509_get0_pubkey(issuer));
            for (std::size_t at; (at = next++) < units.size();) {
                if (!files) {
                    checker.signature(certificates[at]);
                    continue;
                }
                auto der = from_pem(read_file(root, units[at] + "/online/current/cert.pem"));
                checker.signature(der);
                checker.pair(from_pem(read_file(root, units[at] + "/online/current/key.pem")), der);
            }
        });
    for (auto& each : workers) each.join();
    double wall = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
    std::printf("%zu certificates: %.1f us wall, %.1f us CPU each\n", units.size(),
                wall / static_cast<double>(units.size()), (cpu() - used) / static_cast<double>(units.size()));
}
