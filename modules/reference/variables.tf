# Checked and completed by modules/inputs.

variable "name" {
  description = "Beginning of the names of the function and its role."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource that supports them."
  type        = map(string)
  nullable    = false
}

variable "account" {
  description = "Account ID, partition and Region (output account of modules/account)."
  nullable    = false
  type = object({
    id        = string
    partition = string
    region    = string
  })
}

variable "kms_key_arn" {
  description = "Key that encrypts the function's log group; null uses AWS's own key."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the function's role; null sets none."
  type        = string
}

variable "log_retention_in_days" {
  description = "Days after which the function's log expires."
  type        = number
  nullable    = false
}

variable "architecture" {
  description = "Architecture of the function, that of the handler."
  type        = string
  nullable    = false
}
