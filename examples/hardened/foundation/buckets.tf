# The central archive of access logs, in each Region, and the bucket of replicas in the second one.

locals {
  # Globally unique, and known before the apply.
  suffixes = { for place, region in { here = local.account.region, there = var.replica_region } : place => "${local.account.id}-${region}" }

  # S3 writes an access log into a bucket of the same Region, which S3's own keys encrypt: Amazon S3 User Guide,
  # enable-server-access-logging.
  log_buckets = { for place, suffix in local.suffixes : place => "${var.name}-log-${suffix}" }
}

module "log" {
  source = "../bucket"

  name            = local.log_buckets.here
  partition       = local.account.partition
  expiring_prefix = "access/"
  logs_of_account = local.account.id
}

module "replica_log" {
  source    = "../bucket"
  providers = { aws = aws.replica }

  name            = local.log_buckets.there
  partition       = local.account.partition
  expiring_prefix = "access/"
  logs_of_account = local.account.id
}

module "replica" {
  source    = "../bucket"
  providers = { aws = aws.replica }

  name            = "${var.name}-replica-${local.suffixes.there}"
  partition       = local.account.partition
  kms             = { key_arn = aws_kms_key.replica.arn }
  log_bucket      = module.replica_log.name
  expiring_prefix = "captured/"
}
