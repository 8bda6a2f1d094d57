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

variable "origins" {
  description = "Origins of pages that may call the URL from a browser."
  type        = list(string)
  nullable    = false
}
