Lists of CAs that were brought along. openssl made them, and judges.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u; rk -q init; rk -q units add u dir:u --type online
  $ entries() { openssl crl -in "$1" -noout -text | sed -n 's/.*Serial Number: //p' | sort; }
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
  $ ca() { timed openssl req -x509 -new -key ca.key -subj "/O=Works/CN=$2" -days $3 -out $1.pem -addext basicConstraints=critical,CA:TRUE -addext "keyUsage=critical,keyCertSign${4:-,cRLSign}"; }
  $ ca ca Works 3650
  $ mkdir past; : >past/index; echo 7F0123456789ABCDEF0123456789ABCDEF012345 >past/number
  $ cat >past/openssl.cnf <<EOF
  > [ca]
  > default_ca = it
  > [it]
  > database = past/index
  > crlnumber = past/number
  > default_md = sha256
  > default_crl_days = 30
  > crl_extensions = ext
  > [ext]
  > authorityKeyIdentifier = keyid
  > EOF
  $ printf 'R\t360101000000Z\t260101000000Z,keyCompromise\t0A\tunknown\t/CN=a\nR\t360101000000Z\t260102000000Z,certificateHold\t00B7\tunknown\t/CN=b\n' >past/index
  $ timed openssl ca -gencrl -config past/openssl.cnf -keyfile ca.key -cert ca.pem -out past.pem 2>/dev/null
  $ openssl crl -in past.pem -outform DER -out past.der; openssl crl -in past.pem -noout -crlnumber
  crlNumber=0x7F0123456789ABCDEF0123456789ABCDEF012345

Number and entries go on; the number may have 20 octets.

  $ rk issuers add works --cert ca.pem --key ca.key --crl past.der
  ! added issuer 'works', CN=Works,O=Works, which expires 2036-02-27T12:00:00Z
  ! its lists go on after number 0x7F0123456789ABCDEF0123456789ABCDEF012345, with 2 revocations of certificates that are not in this home
  $ rk audit list --json | jq -c '.entries[-2:][] | [.action, .subject, .detail]'
  ["issuer.add","works","{\"number\":\"<2>\",\"subject\":\"CN=Works,O=Works\",\"fingerprint_sha256\":\"<sha256>\",\"expires_at\":\"2036-02-27T12:00:00Z\"}"]
  ["issuer.crl.take","works","{\"path\":\"past.der\",\"number\":\"0x7F0123456789ABCDEF0123456789ABCDEF012345\",\"taken\":2}"]
  $ rk issuers crl works --out works.pem
  ! wrote list 0x7F0123456789ABCDEF0123456789ABCDEF012346 of issuer 'works' to works.pem: 2 revoked; the next is due by 2026-03-08T12:00:00Z
  $ entries works.pem; openssl crl -in works.pem -noout -CAfile ca.pem -crlnumber
  0A
  B7
  verify OK
  crlNumber=0x7F0123456789ABCDEF0123456789ABCDEF012346
  $ rk issuers crl works --out works.pem --json | jq -c '{number, number_hex, revoked, taken_over}'
  {"number":null,"number_hex":"<3>","revoked":2,"taken_over":0}

The CA's certificate made anew, for the same key and name, has the same list. So has a leaf of either.

  $ ca renewed Works 7300; rk issuers add renewed --cert renewed.pem --key ca.key
  ! added issuer 'renewed', CN=Works,O=Works, which expires 2046-02-24T12:00:00Z
  ! it has the name and key of issuer 'works': they have one list
  $ rk -q certs generate u --issuer works; cp u/online/current/cert.pem old.pem
  ! warning: 1 slot: validity shortened to 2036-02-27T12:00:00Z, when issuer 'works' ends
  $ rk -q certs renew u --issuer renewed --reason compromise --yes
  $ rk -q issuers crl works --out works.pem; rk -q issuers crl renewed --out renewed.crl
  $ for list in works.pem renewed.crl; do entries $list | wc -l; done
  3
  3
  $ for list in works.pem renewed.crl; do for ca in ca renewed; do timed openssl verify -crl_check -CRLfile $list -CAfile $ca.pem old.pem 2>&1 | grep -c revoked; done; done
  1
  1
  1
  1
  $ for ca in ca renewed; do timed openssl verify -crl_check -CRLfile renewed.crl -CAfile $ca.pem u/online/current/cert.pem; done
  u/online/current/cert.pem: OK
  u/online/current/cert.pem: OK
  $ mkdir -p lists "$XDG_CONFIG_HOME/rekey"; echo "crl_folder = \"$T/lists\"" >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk certs renew --due; ls lists; for name in works renewed; do openssl crl -in lists/$name.crl.pem -noout -crlnumber; entries lists/$name.crl.pem | wc -l; done
  local.crl
  local.crl.pem
  renewed.crl
  renewed.crl.pem
  works.crl
  works.crl.pem
  crlNumber=0x7F0123456789ABCDEF0123456789ABCDEF01234A
  3
  crlNumber=0x7F0123456789ABCDEF0123456789ABCDEF01234A
  3

The same key under another name signs other lists.

  $ ca named Mills 3650; rk issuers add mills --cert named.pem --key ca.key 2>&1 | head -2
  ! added issuer 'mills', CN=Mills,O=Works, which expires 2036-02-27T12:00:00Z
  ! its lists of revoked certificates begin anew: what it revoked before is not known here
  $ rk -q issuers crl mills --out mills.crl; entries mills.crl
  $ rk issuers crl mills --out works.pem 2>&1 | head -1 | cut -d, -f1
  ! rekey: works.pem is a list of 'CN=Works

Without a list, what that means is said; a CA that may not sign lists is told, at once and when it revokes.

  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
  $ ca fresh Fresh 3650; rk issuers add fresh --cert fresh.pem --key ca.key
  ! added issuer 'fresh', CN=Fresh,O=Works, which expires 2036-02-27T12:00:00Z
  ! its lists of revoked certificates begin anew: what it revoked before is not known here
  !   if it has published a list, take that over: rekey issuers crl fresh --out THAT-FILE
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
  $ ca mute Mute 3650 ' '; rk issuers add mute --cert mute.pem --key ca.key
  ! added issuer 'mute', CN=Mute,O=Works, which expires 2036-02-27T12:00:00Z
  ! warning: this CA may not sign lists of revoked certificates (its keyUsage lacks cRLSign): what it signs can be revoked here, but no list will say so
  $ rk -q certs renew u --issuer mute --reason migration; used=$(openssl x509 -in u/online/current/cert.pem -noout -serial | cut -d= -f2)
  ! warning: 1 slot: validity shortened to 2036-02-27T12:00:00Z, when issuer 'mute' ends
  $ rk certs renew --due; ls lists
  fresh.crl
  fresh.crl.pem
  local.crl
  local.crl.pem
  mills.crl
  mills.crl.pem
  renewed.crl
  renewed.crl.pem
  works.crl
  works.crl.pem
  $ rk certs revoke "$used" --reason superseded --force
  ! revoked certificate <4> of u/online for superseded
  ! warning: no list can say so: issuer 'mute' may not sign lists (its keyUsage lacks cRLSign)
  ! warning: u/online still uses it; replace it: rekey certs renew u/online
  $ rk doctor
  ABOUT        FINDING                                                                                                                       REMEDY
  revocations  certificates of issuer 'mute' are revoked, and no list can say so: the CA may not sign lists (its keyUsage lacks cRLSign)     move units to another issuer: rekey certs renew UNIT --issuer NAME --reason migration
  slots        u/online uses certificate <4>, which was revoked on 2026-03-01T12:00:00Z for superseded  replace it: rekey certs renew u/online
  [6]

Nothing is added with a list of another CA, one that is damaged, or one that says only a part.

  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
  $ ca next Next 3650
  $ for list in past.pem ca.pem ca.key nowhere; do rk issuers add next --cert next.pem --key ca.key --crl $list; done
  ! rekey: past.pem is a list of 'CN=Works,O=Works', which issuer 'next' did not sign
  !   give the newest list that this CA itself signed
  ! rekey: ca.pem: PEM without a list
  !   give the newest list that this CA itself signed
  ! rekey: ca.key: PEM without a list
  !   give the newest list that this CA itself signed
  ! rekey: there is no file nowhere
  !   is the path right?
  [2]
  $ echo '2.5.29.27=critical,ASN1:INTEGER:1' >>past/openssl.cnf; timed openssl ca -gencrl -config past/openssl.cnf -keyfile ca.key -cert next.pem -out delta.pem 2>/dev/null
  $ rk issuers add next --cert next.pem --key ca.key --crl delta.pem
  ! rekey: delta.pem: the list says only what changed (a delta CRL)
  !   give the newest list that this CA itself signed
  [6]
  $ rk issuers list --json | jq -r '.issuers[].name'
  fresh
  local
  mills
  mute
  renewed
  works
  $ rk audit verify | tail -1
  problems  -
