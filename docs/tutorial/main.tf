# The root module of the tutorial: a bucket with the model, and the module.

resource "aws_s3_bucket" "models" {
  bucket        = "models-of-my-project"
  force_destroy = true
}

resource "aws_s3_object" "model" {
  bucket = aws_s3_bucket.models.bucket
  key    = "${filesha256("${path.module}/model.tar.gz")}/model.tar.gz"
  source = "${path.module}/model.tar.gz"
}

module "rentals" {
  source = "../../"

  name     = "rentals"
  contract = yamldecode(file("${path.module}/contract.yaml"))
  model    = { artifact = "s3://${aws_s3_object.model.bucket}/${aws_s3_object.model.key}" }
}

output "rentals" {
  description = "All outputs of the module."
  value       = module.rentals
  sensitive   = true # includes the API key
}
