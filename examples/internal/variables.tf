variable "name" {
  description = "Name of the endpoint, the function and the API, and prefix of the buckets' names."
  type        = string
  default     = "bikeshare-internal"
}

variable "vpc_endpoint_ids" {
  description = "Interface endpoints (execute-api) of the VPCs whose callers reach the API."
  type        = set(string)
  default     = ["vpce-0a1b2c3d4e5f60718"]
}

variable "account_ids" {
  description = "Other accounts whose roles may call the API, with a permission of their own."
  type        = set(string)
  default     = []
}
