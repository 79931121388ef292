Probes: the servers of a slot show its new certificate, or the slot goes back.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init; mkdir p; rk -q units add p dir:p --type online --type iam; rk -q certs generate p
  $ python3 "$TESTDIR/starttls.py" "$T/p/online/current" >ports & server=$!
  $ for i in $(seq 200); do [ "$(wc -l <ports)" = 14 ] && break; sleep 0.05; done
  $ at_port() { awk -v protocol="$1" '$1 == protocol { print "127.0.0.1:" $2 }' ports; }
  $ number() { openssl x509 -in p/$1/current/cert.pem -noout -serial; }

A probe is a slot's: that of a unit with several is refused, with the slots to choose from.

  $ rk units set p --probe host.example:443
  ! rekey: unit 'p' has 2 slots, and a probe belongs to one of them
  !   name the slot whose certificate it shows: rekey units set p/iam --probe host.example:443; or: rekey units set p/online --probe host.example:443
  [2]
  $ rk units add q dir:q --type a --type b --probe host.example:443 2>&1 | head -1
  ! rekey: unit 'q' has 2 slots, and a probe belongs to one of them
  $ rk units set p/online --probe https://host.example:443
  ! rekey: 'https://host.example:443': a probe does not speak 'https'
  !   one of tls, smtp, lmtp, imap, pop3, nntp, sieve, ftp, xmpp, xmpp-server, postgres, ldap, mysql; tls:// where TLS begins at once, as with https
  [2]
  $ rk units set p/online --probe host.example:443 --reload true
  ! rekey: a slot has rules, a probe and an issuer of its own, and nothing else
  !   name the unit alone, or give only --san, --subject, --key, --usages, --probe and --issuer
  [2]
  $ rk units set p/nothing --probe host.example:443 >out; echo $?
  2
  $ rk units show p --json | jq -c '[.probe, .slots]'
  ["",["iam","online"]]

Of two slots, one has a server; both are renewed.

  $ rk -q units set p/online --probe "$(at_port tls)"
  $ rk -q certs renew p --output csv | cut -d, -f1-4 | tr -d '\r'
  unit,node,type,outcome
  p,,iam,renewed
  p,,online,renewed
  $ rk audit list --json | jq -c '.entries[] | select(.action == "slot.set") | [.subject, (.detail | fromjson).probe.before]'
  ["p/online",""]

STARTTLS in each protocol that is spoken; openssl sees the same.

  $ all=$(sed -n '3,$s,\(.*\) \(.*\),\1://127.0.0.1:\2,p' ports | paste -sd,)
  $ rk -q units set p/online --probe "$all"; rk -q certs renew p/online
  $ while read -r protocol port; do
  >     openssl s_client -starttls "$protocol" -connect "127.0.0.1:$port" </dev/null 2>/dev/null | openssl x509 -noout -serial | cmp - <(number online) || echo "$protocol"
  > done < <(tail -n +3 ports)
  $ tail -n +3 ports | wc -l
  12

A server that shows it to those who ask for its name.

  $ rk -q units set p/online --probe "tls://$(at_port named)?name=web.example"; rk -q certs renew p/online

A list has the probes of all slots, and says how a slot gets another.

  $ rk -q units set p/iam --probe 'smtp://mail.example:25,mail.example:465'
  $ rk units export p --json | jq -r '.units[].probe' | sed 's/:[0-9]\{4,\}/:PORT/g'
  iam=smtp://mail.example:25,mail.example:465;online=tls://127.0.0.1:PORT?name=web.example
  $ "$REKEY_BINARY" units export p >list.csv; rk -q units add --csv list.csv
  $ printf 'name,address,types,probe\np,dir:p,iam;online,iam=h:1\n' >other.csv; rk units add --csv other.csv 2>&1 | sed -n 2p
  !   to change the slot: rekey units set p/iam --probe h:1; to change the slot: rekey units set p/online --probe ''

A home of an older version may have a probe for a unit with several slots: the certificate of any of them satisfies it.

  $ rk -q units set p --probe ''; rk units show p | grep probe
  probe  -
  $ sqlite3 home/rekey.db "UPDATE units SET probe = '$(at_port tls)'"
  $ rk units show p | sed 's/:[0-9]\{4,\}/:PORT/g' | grep -v '^[^p!]'
  probe  127.0.0.1:PORT
  ! any slot's certificate satisfies the probe; to give it to one: rekey units set p/TYPE --probe 127.0.0.1:PORT
  $ rk -q certs renew p --output csv | cut -d, -f1-4 | tr -d '\r'
  unit,node,type,outcome
  p,,iam,renewed
  p,,online,renewed
  $ rk -q units set p/online --probe "$(at_port tls)"; rk units show p --json | jq -r .probe | sed 's/:[0-9]\{4,\}/:PORT/g'
  online=127.0.0.1:PORT
  $ kill $server
