output "name" {
  description = "Name of the bucket, known once its versions are enabled."
  value       = aws_s3_bucket_versioning.this.bucket
}

output "arn" {
  description = "ARN of the bucket."
  value       = local.arn
}
