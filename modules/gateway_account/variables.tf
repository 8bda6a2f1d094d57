variable "role_name" {
  description = "Name of the role. IAM is global: use another name in another Region."
  type        = string
  default     = "api-gateway-logs"
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the role; null sets none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
  nullable    = false
}
