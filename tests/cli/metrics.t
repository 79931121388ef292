Numbers for Prometheus, which its own promtool takes without a word.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init
  $ rk metrics >empty.prom; promtool check metrics <empty.prom
  $ grep -v '^#' empty.prom | grep -v ' 0$'
  rekey_issuers_first_end_timestamp_seconds 2719137600
  rekey_clock_right 1
  rekey_metrics_timestamp_seconds 1772366400
  $ mkdir u1 u2
  $ for u in u1 u2; do rk -q units add $u dir:$u --type online; rk -q certs generate $u; done
  $ mv u2 away; rk -q certs renew u1 --reason compromise --yes; rk -q certs renew --all --reason audit 2>/dev/null
  ! warning: u2/online deferred: cannot open $T/u2: No such file or directory
  [4]
  $ at +3570d rk metrics >full.prom; promtool check metrics <full.prom
  $ grep -v '^#' full.prom
  rekey_certificates{state="pending"} 0
  rekey_certificates{state="active"} 2
  rekey_certificates{state="superseded"} 1
  rekey_certificates{state="revoked"} 1
  rekey_certificates{state="rejected"} 0
  rekey_certificates{state="foreign"} 0
  rekey_certificates_ending{days="0"} 0
  rekey_certificates_ending{days="1"} 0
  rekey_certificates_ending{days="7"} 0
  rekey_certificates_ending{days="30"} 0
  rekey_certificates_ending{days="90"} 2
  rekey_certificates_ending{days="365"} 2
  rekey_certificates_first_end_timestamp_seconds 2087985600
  rekey_certificates_revoked_in_use 0
  rekey_issuers_ending 0
  rekey_issuers_first_end_timestamp_seconds 2719137600
  rekey_units{status="online"} 1
  rekey_units{status="offline"} 1
  rekey_units_deferred 1
  rekey_certificates_due 2
  rekey_certificates_due_offline 1
  rekey_runs_unfinished 0
  rekey_last_run_start_timestamp_seconds 1772366400
  rekey_last_run_end_timestamp_seconds 1772366400
  rekey_last_run_items{outcome="open"} 0
  rekey_last_run_items{outcome="renewed"} 1
  rekey_last_run_items{outcome="deferred"} 1
  rekey_last_run_items{outcome="failed"} 0
  rekey_last_run_items{outcome="refused"} 0
  rekey_credentials{state="staged"} 0
  rekey_credentials{state="active"} 0
  rekey_credentials{state="superseded"} 0
  rekey_credentials{state="retired"} 0
  rekey_credentials{state="failed"} 0
  rekey_credentials_failing 0
  rekey_credentials_unproven 0
  rekey_rotations_unfinished 0
  rekey_findings{kind="clock"} 1
  rekey_findings{kind="expired"} 0
  rekey_findings{kind="ends_soon"} 0
  rekey_findings{kind="not_valid_yet"} 0
  rekey_findings{kind="issuer_ends"} 0
  rekey_findings{kind="list_ends"} 0
  rekey_findings{kind="shared_folder"} 0
  rekey_findings{kind="not_seen"} 0
  rekey_findings{kind="credential_refused"} 0
  rekey_findings{kind="revoked"} 0
  rekey_findings{kind="drift"} 0
  rekey_findings{kind="emptied"} 0
  rekey_findings{kind="credential_failing"} 0
  rekey_findings{kind="violation"} 0
  rekey_findings{kind="impossible"} 0
  rekey_findings{kind="no_names"} 0
  rekey_findings{kind="due"} 2
  rekey_findings{kind="away"} 1
  rekey_findings{kind="empty"} 0
  rekey_findings{kind="interrupted_run"} 0
  rekey_findings{kind="failed_run"} 0
  rekey_findings{kind="credential_unproven"} 0
  rekey_findings{kind="credential_old"} 0
  rekey_findings{kind="rotation_unfinished"} 0
  rekey_findings{kind="backup"} 1
  rekey_findings{kind="found_place"} 0
  rekey_findings_critical 1
  rekey_clock_right 0
  rekey_metrics_timestamp_seconds 2080814400
  $ rk metrics | grep -E '^rekey_(clock|metrics)'
  rekey_clock_right 1
  rekey_metrics_timestamp_seconds 1772366400

Into a file at once, readable by all; what was there before stays when that fails.

  $ mkdir textfile; echo old >textfile/rekey.prom
  $ rk metrics --out textfile/rekey.prom; stat -c %a textfile/rekey.prom; ls -A textfile
  644
  rekey.prom
  $ rk metrics | diff - textfile/rekey.prom
  $ rk metrics --out textfile
  ! rekey: textfile is not a file that could be replaced
  !   name a file in a folder that is there
  [2]
  $ rk metrics --out nowhere/rekey.prom
  ! rekey: cannot open nowhere: No such file or directory
  !   make the folder, or name another
  [2]
  $ rk --home none metrics --out textfile/rekey.prom; grep -c rekey_units textfile/rekey.prom
  ! rekey: there is no home at none
  !   make one: rekey --home none init
  7
