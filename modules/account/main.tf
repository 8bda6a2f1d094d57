# The account, the partition and the Region that the provider works in: looked up here and nowhere else.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}
