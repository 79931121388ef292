// Adds the credential of a tenant without asking its provider, and replaces it. credentials HOME KEY OTHER_KEY
#include <fstream>
#include <iostream>
#include <iterator>
#include <rekey/tenants/credentials.hpp>

#include "../example.hpp"

namespace {

rekey::Secret secret_of(const char* path) {
    std::ifstream file(path);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    auto secret = rekey::Secret::copy_of(rekey::view_of(content));
    rekey::wipe(content.data(), content.size());
    return secret;
}

}  // namespace

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::write, example::now());
        auto provider = rekey::tenants::connect();
        rekey::tenants::Context context{home, *provider, example::now, "example@here"};

        rekey::tenants::Input first{"acme", "BUSINESSAPI.1", "key-1", secret_of(argv[2]), {}, {}};
        auto endpoints = rekey::tenants::endpoints("business", "", "", "");
        auto added = rekey::tenants::add(context, "acme", first, endpoints, true);
        std::cout << added.credential.client_id << " is " << to_string(added.credential.state) << '\n';

        rekey::tenants::RotationRequest request;
        request.credential = "acme";
        request.input = {"", "BUSINESSAPI.2", "key-2", secret_of(argv[3]), {}, {}};
        request.offline = true;
        auto rotated = rekey::tenants::rotate(context, request);
        std::cout << rotated.credential.client_id << " is " << to_string(rotated.credential.state) << ", the rotation "
                  << to_string(rotated.rotation.state) << '\n';
    });
}
