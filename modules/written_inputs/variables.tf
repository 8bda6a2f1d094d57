# Any type, because Terraform drops the attributes that an object type does not declare.

variable "api" {
  description = "The input api as written."
  type        = any
  default     = {}
  nullable    = false
}

variable "capacity" {
  description = "The input capacity as written."
  type        = any
  default     = {}
  nullable    = false
}

variable "handler" {
  description = "The input handler as written."
  type        = any
  default     = {}
  nullable    = false
}

variable "model" {
  description = "The input model as written; null for an existing endpoint."
  type        = any
  default     = null
}

variable "monitoring" {
  description = "The input monitoring as written."
  type        = any
  default     = {}
  nullable    = false
}

variable "network" {
  description = "The input network as written."
  type        = any
  default     = {}
  nullable    = false
}
