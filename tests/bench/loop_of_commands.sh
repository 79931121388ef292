#!/bin/bash
# What a script would do in rekey's place: for each of COUNT slots a new key, a request, a certificate by TOOL, files and
# folders synced in the same order, the link switched. Records nothing.
#
#     loop_of_commands.sh TOOL FOLDER COUNT     TOOL: openssl, cfssl or certtool; FOLDER is made at the first call
set -eu
tool=$1 folder=$2 count=$3
mkdir -p "$folder"
cd "$folder"

make_authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=loop \
        -days 10950 -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
    openssl ec -in ca.key -out ca.ec.key 2>/dev/null
    cat >extensions <<'END'
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:${ENV::UNIT}
END
    echo '{"signing":{"default":{"expiry":"87600h","usages":["digital signature","server auth","client auth"]}}}' >config.json
}
[ -e config.json ] || make_authority

by_openssl() {
    (umask 077 && openssl ecparam -name prime256v1 -genkey -noout -out pending/key.pem)
    openssl req -new -key pending/key.pem -subj "/CN=$UNIT" -out pending/request.pem
    sync pending/key.pem pending/request.pem pending .
    openssl x509 -req -in pending/request.pem -CA ../ca.pem -CAkey ../ca.key \
        -set_serial "0x7$(od -An -N19 -tx1 /dev/urandom | tr -d ' \n')" -days 3650 -extfile ../extensions -out pending/cert.pem 2>/dev/null
}
by_cfssl() {
    echo "{\"CN\":\"$UNIT\",\"hosts\":[\"$UNIT\"],\"key\":{\"algo\":\"ecdsa\",\"size\":256}}" >pending/csr.json
    (umask 077 && cfssl gencert -loglevel=4 -ca ../ca.pem -ca-key ../ca.ec.key -config ../config.json pending/csr.json 2>/dev/null |
        cfssljson -bare pending/new)
    mv pending/new-key.pem pending/key.pem
    mv pending/new.csr pending/request.pem
    sync pending/key.pem pending/request.pem pending .
    mv pending/new.pem pending/cert.pem
}
by_certtool() {
    printf 'cn = "%s"\ndns_name = "%s"\nexpiration_days = 3650\nsigning_key\ntls_www_client\ntls_www_server\n' "$UNIT" "$UNIT" >pending/template
    (umask 077 && certtool --generate-privkey --key-type ecdsa --curve secp256r1 --outfile pending/key.pem) 2>/dev/null
    certtool --generate-request --load-privkey pending/key.pem --template pending/template --outfile pending/request.pem 2>/dev/null
    sync pending/key.pem pending/request.pem pending .
    certtool --generate-certificate --load-request pending/request.pem --load-ca-certificate ../ca.pem --load-ca-privkey ../ca.key \
        --template pending/template --outfile pending/cert.pem 2>/dev/null
}

for unit in $(seq "$count"); do
    export UNIT=u$unit
    mkdir -p "$UNIT/gen"
    cd "$UNIT"
    rm -rf pending
    mkdir pending
    "by_$tool"
    cp ../ca.pem pending/chain.pem
    cat pending/cert.pem ../ca.pem >pending/fullchain.pem
    sync pending/cert.pem pending/chain.pem pending/fullchain.pem pending
    next=gen/a
    [ "$(readlink current || true)" != gen/a ] || next=gen/b
    rm -rf "$next"
    mv pending "$next"
    sync gen
    ln -s "$next" current.new
    mv -T current.new current
    sync .
    cd ..
done
