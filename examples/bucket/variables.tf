variable "name" {
  description = "Prefix of the bucket's name."
  type        = string
  nullable    = false
}

variable "expiration_in_days" {
  description = "Age at which objects are deleted; null keeps them."
  type        = number
  default     = null
}
