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
