# Checked and completed by modules/inputs.

variable "function" {
  description = "The function and the alias that the URL calls."
  nullable    = false
  type = object({
    name       = string
    alias_name = string
  })
}

variable "function_alias_arn" {
  description = "ARN of that alias, built from names."
  type        = string
  nullable    = false
}

variable "public" {
  description = "Whether everyone may call the URL. The function then verifies the tokens of its callers."
  type        = bool
  default     = false
  nullable    = false
}

variable "origins" {
  description = "Origins of pages that may call the URL from a browser."
  type        = list(string)
  nullable    = false
}
