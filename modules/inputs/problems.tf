# Every problem of these inputs, in the order of the README's table of inputs.

locals {
  problems = concat(local.shared_problems, local.handler_problems, local.limits_problems, local.api_problems, local.network_problems)
}
