output "account" {
  description = "Account ID, partition and Region, for the ARNs that the other modules build."
  value = {
    id        = data.aws_caller_identity.current.account_id
    partition = data.aws_partition.current.partition
    # Provider 6 renames the attribute name to region and deprecates name. An expression that names either fails to validate with a provider
    # that lacks it; lookup does not.
    region = coalesce(lookup(data.aws_region.current, "region", null), lookup(data.aws_region.current, "name", null))
  }
}
