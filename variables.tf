variable "name" {
  description = "Name of the deployment: of the endpoint, the function and the API, and the beginning of every other name. Two deployments in one account and Region need two names."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource that takes them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "kms_key_arn" {
  description = "KMS key for the endpoint's volumes, the function's environment and the log groups. Its key policy must let CloudWatch Logs use it. Null leaves them to AWS's own keys."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role that the module makes."
  type        = string
  default     = null
}

variable "network" {
  description = "VPC attachments. `handler`: subnets and security groups of the function, which then needs a way to SageMaker's runtime: a NAT gateway or an interface endpoint. `endpoint`: those of the model's containers, which then need a way to S3 and ECR."
  default     = {}
  nullable    = false
  type = object({
    handler = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
    endpoint = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
  })
}
