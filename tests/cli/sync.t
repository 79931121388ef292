Devices and coverage come from the provider, page by page.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../peers/peer.sh"
  $ serving() { serves "{\"devices\": 25, \"page\": 10${1:+, $1}}"; }
  $ mkdir records; peer=records; serving
  $ start_records
  $ trap stop_provider EXIT
  $ rk -q init
  $ new_key key.pem
  $ ask credential add acme --client-id BUSINESSAPI.1 --key-id k --key key.pem $endpoints
  ! acme: 'acme' is active
  $ sync() { ask tenants sync acme --patience 5s "$@"; }
  $ states() {
  >     rk --output csv tenants devices acme | awk -F, 'NR > 1 { print $6 == "" ? "active" : "inactive" }' | sort | uniq -c
  > }

All of it, and again:

  $ sync
  ! acme: 25 devices, 25 new, 25 with their coverage
  $ sync
  ! acme: 25 devices
  $ sync --coverage all
  ! acme: 25 devices, 25 with their coverage
  $ sync --coverage none --json
  {
    "sync": 4,
    "state": "done",
    "started_at": "<time>",
    "finished_at": "<time>",
    "pages": 3,
    "devices": 25,
    "added": 0,
    "changed": 0,
    "returned": 0,
    "inactive": 0,
    "coverage_learned": 0,
    "continued": false,
    "requests": 3,
    "missed": 0,
    "coverage_left": 0,
    "complete": true,
    "stopped": null
  }
  ! acme: 25 devices
  $ states
       25 active
  $ rk --output jsonl tenants devices acme | sed -n '2s/"days_left":[0-9]*/"days_left":<n>/p'
  {"id":"<3>","serial":"<3>","model":"iPad (10th generation)","family":"iPad","status":"ASSIGNED","inactive_since":null,"first_seen":"<time>","last_seen":"<time>","product":"MTP00001/A","order":"0000000000","server":null,"coverage_status":"ACTIVE","coverage_ends":"<time>","coverage_renews":false,"days_left":<n>,"attributes":{"serialNumber":"<3>","addedToOrgDateTime":"<time>","releasedFromOrgDateTime":null,"updatedDateTime":"<time>","deviceModel":"iPad (10th generation)","productFamily":"iPad","productType":"iPhone15,1","deviceCapacity":"128GB","partNumber":"MTP00001/A","orderNumber":"0000000000","color":"BLACK","status":"ASSIGNED","orderDateTime":"<time>","imei":["000000000000001","000000000000002"],"meid":[],"eid":"89000000000000000000000000000001","purchaseSourceId":"00000001","purchaseSourceType":"APPLE","wifiMacAddress":"00000000001f","bluetoothMacAddress":"00000000001f","ethernetMacAddress":null,"x-unknown":{"nested":[1,2.5,true,"quote \" and \\ and \u00fc"]},"relationships":{"assignedServer":{"links":{"self":"/v1/orgDevices/x/assignedServer"}}}}}
  $ rk --output jsonl tenants coverage acme | sed -n '2s/"days_left":[0-9]*/"days_left":<n>/p'
  {"device_id":"<4>","id":"H00000000002","status":"ACTIVE","description":"Limited Warranty","starts":"<time>","ends":"<time>","days_left":<n>,"renews":false,"last_seen":"<time>","attributes":{"status":"ACTIVE","paymentType":"NONE","description":"Limited Warranty","startDateTime":"<time>","endDateTime":"<time>","isRenewable":false,"isCanceled":false,"contractCancelDateTime":null,"agreementNumber":null}}

What the provider does not tell any more is inactive and stays; it comes back:

  $ serving '"gone": [1, 2, 20], "edition": "RELEASED"'
  $ sync
  ! acme: 22 devices, 22 changed, 3 inactive now, 22 with their coverage
  $ states
       22 active
        3 inactive
  $ serving
  $ sync
  ! acme: 25 devices, 22 changed, 3 active again, 25 with their coverage
  $ states
       25 active

Single devices:

  $ sync --device C00000007919 --device nobody
  ! warning: acme: device nobody: the provider does not know it
  ! acme: 1 device, 1 with their coverage, 1 not answered
  [3]
  $ sync --device nobody
  ! warning: acme: device nobody: the provider does not know it
  ! acme: 0 devices, 1 not answered
  [1]

A bound for the number of requests; the next sync goes on:

  $ sync --max-requests 2
  ! acme: 20 devices
  ! warning: acme: stopped after 2 requests, with pages left
  !   the same command continues
  [4]
  $ states
       25 active
  $ ask tenants show acme | grep -E '^(credential|health|(last )?sync|active|inactive)'
  active credential         acme
  inactive devices          0
  active devices            25
  health                    ok
  last sync                 <time>, 25 devices
  sync in progress          devices since <time>, 20 devices
  $ sync --coverage all --max-requests 5
  ! acme: 25 devices, 4 with their coverage
  ! warning: acme: stopped after 5 requests, with the coverage of 21 devices left
  !   the same command continues
  [4]
  $ sync --coverage all
  ! acme: 25 devices, 25 with their coverage

A token that expires in the middle, rationed requests, failures at random:

  $ serving '"token_uses": 2'
  $ sync
  ! acme: 25 devices
  $ serving '"limited": 1'
  $ sync
  ! acme: 25 devices
  $ serving '"fail": 100, "seed": 7'
  $ ask tenants sync acme --coverage all --patience 60s
  ! acme: 25 devices, 25 with their coverage
  $ serving '"missing": [3]'
  $ sync --coverage all 2>&1 | sed 's/ asks.*//'
  ! warning: acme: device <5>: $url answers 500
  ! acme: 25 devices, 24 with their coverage, 1 not answered

What is not accepted changes nothing:

  $ sqlite3 home/rekey.db 'SELECT * FROM devices; SELECT * FROM coverage; SELECT * FROM syncs' > before
  $ serving '"refuse": true'
  $ sync
  ! rekey: $url does not accept client ID BUSINESSAPI.1 with key ID k (invalid_client)
  !   no record was changed; see: rekey credential verify
  [6]
  $ serving '"token_uses": 0'
  $ sync
  ! rekey: $url does not accept the access token that was just issued (401)
  !   compare scope and API URL with what the provider names: rekey credential show acme; to change them: rekey tenants set acme --scope SCOPE --api-url URL
  !   no record was changed; try again later
  [4]
  $ sqlite3 home/rekey.db 'SELECT * FROM devices; SELECT * FROM coverage; SELECT * FROM syncs' | diff before -
  $ serving; sync --coverage none
  ! acme: 25 devices

Providers that are out of their mind take nothing away and get no token elsewhere:

  $ for kind in same_cursor circle elsewhere no_id no_data not_utf8 surrogate half deep html endless; do
  >     serving "\"gone\": [5], \"hostile\": \"$kind\""; echo "- $kind"; [ $kind = endless ] && patience=60s || patience=1s
  >     ask tenants sync acme --coverage none --patience $patience; echo "[$?]"
  > done
  - same_cursor
  ! acme: 10 devices
  ! warning: acme: $url names a page as the one that comes after itself, with pages left
  !   the same command continues
  [4]
  - circle
  ! acme: 24 devices
  ! warning: acme: the provider has given 10 pages without a device that was not on one before, and names yet another, with pages left
  !   the same command begins anew
  [4]
  - elsewhere
  ! rekey: $url names a next page that is on another server, which is not asked
  !   no record was changed; try again later
  [4]
  - no_id
  ! rekey: $url answers 200 with something else than was asked for
  !   no record was changed; try again later
  [4]
  - no_data
  ! rekey: $url answers 200 with something else than was asked for
  !   no record was changed; try again later
  [4]
  - not_utf8
  ! rekey: $url answers 200 with something else than was asked for
  !   no record was changed; try again later
  [4]
  - surrogate
  ! rekey: $url answers 200 with something else than was asked for
  !   no record was changed; try again later
  [4]
  - half
  ! rekey: $url answers 200 with something else than was asked for
  !   no record was changed; try again later
  [4]
  - deep
  ! rekey: $url answers 200 with something else than was asked for
  !   no record was changed; try again later
  [4]
  - html
  ! rekey: $url answers 200 with something else than was asked for
  !   no record was changed; try again later
  [4]
  - endless
  ! rekey: $url: answers with more than 4194304 bytes
  !   no record was changed; try again later
  [4]
  $ states
       25 active
  $ for kind in link_only twice huge; do
  >     serving "\"hostile\": \"$kind\""; echo "- $kind"; sync --coverage none; echo "[$?]"
  > done
  - link_only
  ! acme: 25 devices
  [0]
  - twice
  ! acme: 25 devices
  [0]
  - huge
  ! rekey: $url: answers with more than 4194304 bytes
  !   no record was changed; try again later
  [4]
  $ states
       25 active
  $ rk audit verify >/dev/null

One at a time, and what is asked for must be there:

  $ mkdir -p home/runs/sync-1
  $ flock home/runs/sync-1 "$REKEY_BINARY" tenants sync acme
  rekey: another sync of tenant 'acme' is at work
    wait for its end; it loses nothing when it is interrupted
  [5]
  $ rk tenants sync nobody
  ! rekey: there is no tenant 'nobody'
  !   see: rekey tenants list
  [2]
  $ rk tenants sync acme --coverage some
  ! rekey: --coverage: 'some' is none of all, due, missing, none
  !   did you mean: --coverage none
  [2]
