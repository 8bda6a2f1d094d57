variable "name" {
  description = "Name of the bucket, which is globally unique and known before the apply."
  type        = string
}

variable "partition" {
  description = "Partition of the account, for the bucket's ARN."
  type        = string
}

variable "kms" {
  description = "Key of the objects; null for S3's own keys."
  type        = object({ key_arn = string })
  default     = null
}

variable "log_bucket" {
  description = "Bucket of the access log, in the same Region; null for no log."
  type        = string
  default     = null
}

variable "replication" {
  description = "Another bucket that S3 replicates everything to, its key, and the role for it; null for no replicas."
  default     = null
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    role_arn    = string
  })
}

variable "expiring_prefix" {
  description = "Objects with this prefix are deleted after a year."
  type        = string
}

variable "logs_of_account" {
  description = "ID of the account whose buckets write their access logs into this one, under access/; null for none."
  type        = string
  default     = null
}
