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

variable "replica_region" {
  description = "Another Region, for the replicas of the service's bucket."
  type        = string
  default     = "us-west-2"
}
