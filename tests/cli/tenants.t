A tenant at a glance, and its devices and coverage by what they are.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2027-01-01
  $ rk -q init
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
  $ rk -q credential add acme --client-id BUSINESSAPI.1 --key-id k --key key.pem --offline
  $ printf 'serialNumber,deviceModel,productFamily,orderNumber\nD1,MacBook Air,Mac,PO-1\nD2,iPhone 15,iPhone,PO-2\nD3,iPhone 16,iPhone,PO-2\n' > d.csv
  $ printf 'device_id,id,status,startDateTime,endDateTime\nD1,C1,ACTIVE,2026-01-01,2027-02-01\nD2,C2,INACTIVE,2024-01-01,2026-01-01\n' > c.csv
  $ rk -q tenants import acme --devices d.csv --coverage c.csv
  $ rk tenants show acme
  name                      acme
  active credential         acme
  devices                   3
  coverage                  2
  rotation                  -
  inactive devices          0
  created at                2027-01-01T00:00:00Z
  active devices            3
  devices without coverage  2
  devices expiring soon     1
  devices renewing soon     0
  health                    unknown
  last sync                 -
  sync in progress          -
  $ rk tenants show acme --json
  {
    "name": "acme",
    "active_credential": "acme",
    "devices": 3,
    "coverage": 2,
    "rotation": null,
    "inactive_devices": 0,
    "created_at": "2027-01-01T00:00:00Z",
    "active_devices": 3,
    "devices_without_coverage": 2,
    "devices_expiring_soon": 1,
    "devices_renewing_soon": 0,
    "health": {
      "last_success": null,
      "last_failure": null,
      "failure_class": null,
      "failure": null
    },
    "last_sync": null,
    "sync_in_progress": null
  }

Filters:

  $ rk tenants devices acme --no-coverage
  DEVICE  SERIAL  MODEL      FAMILY  STATUS  PRODUCT  ORDER  COVERAGE  COVERED UNTIL         DAYS  INACTIVE SINCE  LAST SEEN
  D2      D2      iPhone 15  iPhone                   PO-2   INACTIVE  2026-01-01T00:00:00Z  -365                  2027-01-01T00:00:00Z
  D3      D3      iPhone 16  iPhone                   PO-2                                                         2027-01-01T00:00:00Z
  $ rk tenants devices acme --expiring 90d
  DEVICE  SERIAL  MODEL        FAMILY  STATUS  PRODUCT  ORDER  COVERAGE  COVERED UNTIL         DAYS  INACTIVE SINCE  LAST SEEN
  D1      D1      MacBook Air  Mac                      PO-1   ACTIVE    2027-02-01T00:00:00Z    31                  2027-01-01T00:00:00Z
  $ rk tenants devices acme --expiring 10d
  $ rk tenants devices acme --model IPHONE --search po-2
  DEVICE  SERIAL  MODEL      FAMILY  STATUS  PRODUCT  ORDER  COVERAGE  COVERED UNTIL         DAYS  INACTIVE SINCE  LAST SEEN
  D2      D2      iPhone 15  iPhone                   PO-2   INACTIVE  2026-01-01T00:00:00Z  -365                  2027-01-01T00:00:00Z
  D3      D3      iPhone 16  iPhone                   PO-2                                                         2027-01-01T00:00:00Z
  $ rk tenants devices acme --inactive
  $ rk tenants coverage acme --active
  DEVICE  COVERAGE  STATUS  DESCRIPTION  ENDS                  DAYS  RENEWS
  D1      C1        ACTIVE               2027-02-01T00:00:00Z    31  false
  $ rk tenants coverage acme --inactive
  DEVICE  COVERAGE  STATUS    DESCRIPTION  ENDS                  DAYS  RENEWS
  D2      C2        INACTIVE               2026-01-01T00:00:00Z  -365  false
  $ rk tenants coverage acme --expiring 90d --output jsonl
  {"device_id":"D1","id":"C1","status":"ACTIVE","description":"","starts":"2026-01-01T00:00:00Z","ends":"2027-02-01T00:00:00Z","days_left":31,"renews":false,"last_seen":"2027-01-01T00:00:00Z","attributes":{"device_id":"D1","status":"ACTIVE","startDateTime":"2026-01-01","endDateTime":"2027-02-01"}}
  $ rk tenants coverage acme --model iphone --output csv
  device_id,id,status,description,starts,ends,days_left,renews,last_seen,attributes\r (esc)
  D2,C2,INACTIVE,,2024-01-01T00:00:00Z,2026-01-01T00:00:00Z,-365,false,2027-01-01T00:00:00Z,"{""device_id"":""D2"",""status"":""INACTIVE"",""startDateTime"":""2024-01-01"",""endDateTime"":""2026-01-01""}"\r (esc)
  $ rk tenants devices acme --active --inactive
  ! rekey: no device is both --active and --inactive
  !   leave out both for all
  [2]
  $ rk tenants devices acme --expiring soon
  ! rekey: --expiring: 'soon' is not a length of time or a date
  !   write it as 30d, 2027-06-30, 2027-03 or 2027
  [2]
