When certificates expire, at a glance.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init
  $ rk certs timeline
  ! no certificate is in use
  $ load_policy <<TOML
  > [type.iam]
  > validity = "1y"
  > [type.sm]
  > validity = "40d"
  > TOML
  $ for i in 1 2 3 4; do mkdir u$i; rk -q units add u$i dir:u$i --type online --type iam --label n=$i; rk -q certs generate u$i; done
  $ rk -q units set u1 --type sm; rk -q certs generate u1
  $ rk certs timeline
  2026-04  1 ########################                                                                            sm 1
      ...
  2027-03  4 ##################################################################################################  iam 4
      ...
  2036-03  4 ##################################################################################################  online 4
  ! 4 of 9 certificates expire in 2027-03

It fits the terminal: the bars give way, then the words.

  $ COLUMNS=50 rk certs timeline
  2026-04  1 #######                       sm 1
      ...
  2027-03  4 ############################  iam 4
      ...
  2036-03  4 ############################  online 4
  ! 4 of 9 certificates expire in 2027-03
  $ COLUMNS=30 rk certs timeline
  2026-04  1 ####
      ...
  2027-03  4 ##################
      ...
  2036-03  4 ##################
  ! 4 of 9 certificates expire in 2027-03
  $ COLUMNS=5 rk certs timeline | head -1
  2026-04  1 ##

What has expired is marked, and the present.

  $ at +400d rk certs timeline --by year
  2026! 1 #########################                                                                              sm 1
  2027< 4 #####################################################################################################  iam 4
   ...
  2036  4 #####################################################################################################  online 4
  ! 4 of 9 certificates expire in 2027
  $ at +45d rk certs timeline --type sm
  2026-04< 1 ######################################################################################################  sm 1
  ! 1 of 1 certificates expire in 2026-04
  $ rk certs timeline --label n=2
  2027-03  1 ##################################################################################################  iam 1
      ...
  2036-03  1 ##################################################################################################  online 1
  ! 1 of 2 certificates expire in 2027-03
  $ rk certs timeline u3 --type iam --json | tr -d '\n '; echo
  {"timeline":[{"period":"2027-03","type":"iam","certificates":1}]}
  $ rk certs timeline --output csv | tr -d '\r'
  period,type,certificates
  2026-04,sm,1
  2027-03,iam,4
  2036-03,online,4
  $ rk certs timeline nowhere
  ! rekey: there is no unit 'nowhere'
  !   see: rekey units list
  [2]
