# The VPC of the containers.

locals {
  network_problems = [for problem in [
    {
      when    = local.mode == "existing" && var.vpc != null
      message = "network.endpoint: an existing endpoint lies where it was put; remove it"
    },
    {
      when    = local.mode == "serverless" && var.vpc != null
      message = "network.endpoint: a serverless endpoint lies in no VPC; remove it, or write capacity.instances"
    },
    {
      when    = try(length(var.vpc.subnet_ids) < 1 || length(var.vpc.subnet_ids) > 16 || length(var.vpc.security_group_ids) < 1 || length(var.vpc.security_group_ids) > 5, false)
      message = "network.endpoint: write 1 to 16 subnets and 1 to 5 security groups; two subnets in two zones survive the loss of one"
    },
  ] : problem.message if problem.when]
}
