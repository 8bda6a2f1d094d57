# Everything optional of a REST API that the examples of the same test do not use. The bucket, the key, the boundary and the network exist.

locals {
  features = concat(
    [for name in ["a", "b", "c"] : { name = name, type = "number", example = "1" }],
    [{ name = "d", type = "category", values = [for each in range(200) : sha256(each)] }], # too large for the environment of a function
  )
}

resource "aws_s3_object" "model" {
  bucket = "pipeline-models"
  key    = "guarded/model.tar.gz"
  source = "${path.module}/../bikeshare/.build/model.tar.gz"
}

module "guarded" {
  source = "../../"

  name                     = "guarded"
  kms_key_arn              = "arn:aws:kms:us-east-1:000000000000:key/11111111-aaaa-bbbb-cccc-222222222222"
  permissions_boundary_arn = "arn:aws:iam::000000000000:policy/pipeline-boundary"
  contract                 = { features = local.features, columns = ["a", "b", "c"] }
  model                    = { artifact = "s3://${aws_s3_object.model.bucket}/${aws_s3_object.model.key}" }

  capacity = { instances = { autoscaling = {
    minimum                  = 1
    maximum                  = 2
    invocations_per_instance = 600
    schedules                = { night = { schedule = "cron(0 20 ? * MON-FRI *)", minimum = 1, maximum = 1 } }
  } } }

  api = {
    auth     = { jwt = { issuer = "https://login.example.com", audiences = ["bikes"] } }
    access   = { cidr_blocks = ["10.0.0.0/8"] }
    firewall = { requests_per_five_minutes = 1000, blocked_cidr_blocks = ["192.0.2.0/24"] }
    domain   = { name = "guarded.example.com", certificate_arn = "arn:aws:acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef" }
  }

  network    = { handler = { subnet_ids = ["subnet-1234567890abcdef0"], security_group_ids = ["sg-1234567890abcdef0"] } }
  monitoring = { alarms = {} }
}
