# Inputs that every resource shares: the name, the KMS key and the permissions boundary.

locals {
  key_pattern = "^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$"

  shared_problems = [for problem in [
    {
      when    = !(can(regex("^[a-z](-?[a-z0-9])*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 32)
      message = "name: \"${var.name}\" is not a valid name. Use 2 to 32 lower-case letters, digits and single hyphens; start with a letter and end with a letter or digit."
    },
    {
      when    = var.kms_key_arn != null && !can(regex(local.key_pattern, var.kms_key_arn))
      message = "kms_key_arn: not the ARN of a key. Set it to an ARN like arn:aws:kms:eu-west-1:123456789012:key/..., not to an alias or a key ID."
    },
    {
      when = (
        var.permissions_boundary_arn != null
        && !can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
      )
      message = "permissions_boundary_arn: not the ARN of an IAM policy. Set it to an ARN like arn:aws:iam::123456789012:policy/..."
    },
  ] : problem.message if problem.when]
}
