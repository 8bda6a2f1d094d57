variable "name" {
  description = "Name of the endpoint, the function and the API, and prefix of the other names."
  type        = string
  default     = "hardened"
}

variable "owner" {
  description = "Value of the tag Owner: who answers for this service."
  type        = string
  default     = "data-science"
}

variable "kms_key_arn" {
  description = "Key of volumes, captured data, objects, logs, environments and messages (output of foundation)."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of function and containers (output of foundation)."
  type        = set(string)
}

variable "security_group_id" {
  description = "Security group of function and containers (output of foundation)."
  type        = string
}

variable "log_bucket" {
  description = "Bucket of access logs (output of foundation)."
  type        = string
}

variable "replica" {
  description = "Bucket of replicas and its key, in another Region (output of foundation)."
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    region      = string
  })
}

variable "signing" {
  description = "The profile that signs packages, and Lambda's configuration that accepts only those (output of foundation)."
  type = object({
    profile_name = string
    config_arn   = string
  })
}

variable "dead_letter_queue_arn" {
  description = "Queue of events that the function did not process (output of foundation)."
  type        = string
}
