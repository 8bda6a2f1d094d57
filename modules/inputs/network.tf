# The function's VPC. That of the endpoint is checked with the rest of the endpoint, in modules/serving.

locals {
  network_problems = [for problem in [
    {
      when = try(
        length(var.network.handler.subnet_ids) < 1
        || length(var.network.handler.subnet_ids) > 16
        || length(var.network.handler.security_group_ids) < 1
        || length(var.network.handler.security_group_ids) > 5,
        false,
      )
      message = "network.handler: set 1 to 16 subnets and 1 to 5 security groups. With subnets in two Availability Zones the function survives the loss of one."
    },
  ] : problem.message if problem.when]
}
