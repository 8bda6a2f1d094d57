# The account, the partition and the Region that the provider works in: looked up here and nowhere else.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  current = {
    id        = data.aws_caller_identity.current.account_id
    partition = data.aws_partition.current.partition
    # Provider 6 renames the attribute name to region and deprecates name. An expression that names either fails to validate with a provider
    # that lacks it; lookup does not.
    region = coalesce(lookup(data.aws_region.current, "region", null), lookup(data.aws_region.current, "name", null))
  }
}

# With depends_on on the module call, Terraform looks them up during the apply whenever the dependency changes. Names and ARNs that it does
# not know while planning would replace models, roles and the endpoint. A deployment never moves to another account or Region, so the first
# lookup counts.
resource "terraform_data" "account" {
  input = local.current

  lifecycle {
    ignore_changes = [input]
  }
}
