# shellcheck shell=bash
# Sourced by what breaks renewals of units below $work/units: is every one of the $slots slots sound, and
# is the work finished? Needs $rekey, $REKEY_HOME, and `fail`. The judges are openssl and sqlite3.

: "${work:?}" "${slots:?}" "${rekey:?}"

query() { sqlite3 "$REKEY_HOME/rekey.db" "$1"; }

sound() {
    local slot number count=0
    for slot in "$work"/units/*/*/current; do
        count=$((count + 1))
        [ "$(openssl pkey -in "$slot/key.pem" -pubout 2>/dev/null)" = "$(openssl x509 -in "$slot/cert.pem" -noout -pubkey)" ] ||
            fail "$slot: key and certificate do not match"
        openssl verify -CAfile "$slot/chain.pem" "$slot/cert.pem" >/dev/null || fail "$slot: does not verify"
        # Nothing unrecorded: what is in use is in the store.
        number=$(openssl x509 -in "$slot/cert.pem" -noout -serial | cut -d= -f2)
        [ "$(query "SELECT count(*) FROM certificates WHERE number = '$number' AND state IN ('active', 'pending')")" = 1 ] ||
            fail "$slot: certificate $number is not recorded"
    done
    [ "$count" = "$slots" ] || fail "$count slots are filled instead of $slots"
    [ "$(query 'PRAGMA integrity_check')" = ok ] || fail 'the store is damaged'
    [ "$(query "SELECT count(*) FROM certificates WHERE state = 'active'")" = "$slots" ] ||
        fail 'not every slot has one active certificate'
}

finished() {
    local slot number
    for slot in "$work"/units/*/*; do
        [ ! -e "$slot/pending" ] || fail "$slot/pending is left over"
        number=$(openssl x509 -in "$slot/current/cert.pem" -noout -serial | cut -d= -f2)
        [ "$(query "SELECT state FROM certificates WHERE number = '$number'")" = active ] ||
            fail "$slot: certificate $number is in use, but not active"
    done
    [ "$(query "SELECT count(*) FROM certificates WHERE state = 'pending'")" = 0 ] || fail 'a certificate is still pending'
    [ "$(query 'SELECT count(*) - count(DISTINCT number) FROM certificates')" = 0 ] || fail 'a number occurs twice'
    [ "$(query 'SELECT count(*) FROM runs WHERE finished_at IS NULL')" = 0 ] || fail 'a run is left in progress'
    "$rekey" audit verify >/dev/null || fail 'the audit chain is broken'
}
