variable "name" {
  description = "Name of the service, and prefix of the names."
  type        = string
  default     = "hardened"
}

variable "owner" {
  description = "Value of the tag Owner: who answers for this service."
  type        = string
  default     = "data-science"
}

variable "zones" {
  description = "Letters of two Availability Zones of the Region."
  type        = list(string)
  default     = ["a", "b"]
}
