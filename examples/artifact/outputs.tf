output "uri" {
  description = "S3 URI of the model."
  value       = "s3://${aws_s3_object.this[local.digest].bucket}/${aws_s3_object.this[local.digest].key}"
}
