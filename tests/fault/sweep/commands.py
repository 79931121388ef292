"""The commands that are broken, by their names."""
import credentials
import fleet
import moving

COMMANDS = {
    "init": fleet.Init,
    "units add": fleet.UnitsAdd,
    "units adopt": fleet.UnitsAdopt,
    "units adopt combined": fleet.UnitsAdoptCombined,
    "certs renew combined": fleet.CertsRenewCombined,
    "certs generate": fleet.CertsGenerate,
    "certs renew": fleet.CertsRenew,
    "certs rotate": fleet.CertsRotate,
    "certs renew --chain-only": fleet.CertsChain,
    "issuers renew": fleet.IssuersRenew,
    "certs revoke": fleet.CertsRevoke,
    "issuers add": fleet.IssuersAdd,
    "issuers crl": fleet.IssuersCrl,
    "runs abandon": fleet.RunsAbandon,
    "credential add": credentials.CredentialAdd,
    "credential rotate": credentials.CredentialRotate,
    "credential import": credentials.CredentialImport,
    "credential import --all-entries": credentials.CredentialImportAll,
    "credential rollback": credentials.CredentialRollback,
    "credential confirm": credentials.CredentialConfirm,
    "seal change": credentials.SealChange,
    "tenants set": credentials.TenantsSet,
    "tenants import": credentials.TenantsImport,
    "tenants sync": credentials.TenantsSync,
    "tenants sync --all": credentials.TenantsSyncAll,
    "doctor --repair": credentials.DoctorRepair,
    "tenants merge": moving.TenantsMerge,
    "tenants export": moving.TenantsExport,
    "tenants import-archive": moving.TenantsImportArchive,
    "backup": moving.Backup,
    "restore": moving.Restore,
    "schema upgrade": fleet.SchemaUpgrade,
}
