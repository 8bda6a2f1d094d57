# The VPC of the containers.

locals {
  network_problems = [for problem in [
    {
      when    = local.mode == "existing" && var.vpc != null
      message = "network.endpoint: not supported with capacity.existing: the endpoint's VPC is set where the endpoint is created. Remove it."
    },
    {
      when    = local.mode == "serverless" && var.vpc != null
      message = "network.endpoint: not supported by serverless endpoints. Remove it, or use capacity.instances."
    },
    {
      when = try(
        length(var.vpc.subnet_ids) < 1
        || length(var.vpc.subnet_ids) > 16
        || length(var.vpc.security_group_ids) < 1
        || length(var.vpc.security_group_ids) > 5,
        false,
      )
      message = "network.endpoint: set 1 to 16 subnets and 1 to 5 security groups. With subnets in two Availability Zones the endpoint survives the loss of one."
    },
  ] : problem.message if problem.when]
}
