# Checked and completed by modules/inputs.

variable "name" {
  description = "Name of the deployment, and beginning of the names of the function and its role."
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
  description = "Key that encrypts the function's environment and its log group; null uses AWS's own keys."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the function's role; null sets none."
  type        = string
}

variable "log_retention_in_days" {
  description = "How long the function's log is kept."
  type        = number
  nullable    = false
}

variable "package" {
  description = "The function: its zip, and how it runs."
  nullable    = false
  type = object({
    path               = string
    handler            = string
    runtime            = string
    architecture       = string
    memory_size_in_mb  = number
    timeout_in_seconds = number
    environment        = map(string)
    libraries          = string
  })
}
