variable "name" {
  description = <<-EOT
    Name of the deployment: of the endpoint, the function and the API, and the prefix of every other name. Deployments in one account and
    Region need different names.
  EOT
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource that supports them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "kms_key_arn" {
  description = <<-EOT
    KMS key for the endpoint's volumes, captured data, asynchronous requests and results, the functions' environments, a contract in S3 and
    the log groups. Its key policy must allow CloudWatch Logs to use it. Null uses AWS's own keys.
  EOT
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role that the module creates."
  type        = string
  default     = null
}

variable "network" {
  description = <<-EOT
    VPC attachments. `handler`: subnets and security groups of the function, which then needs a route to SageMaker's runtime: a NAT gateway
    or an interface endpoint. `endpoint`: those of the model's containers, which then need a route to S3 and ECR.
  EOT
  default     = {}
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
