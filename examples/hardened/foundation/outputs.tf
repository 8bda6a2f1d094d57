output "kms_key_arn" {
  description = "ARN of the key."
  value       = aws_kms_key.this.arn
}

output "subnet_ids" {
  description = "IDs of the private subnets."
  value       = values(aws_subnet.this)[*].id
}

output "security_group_id" {
  description = "ID of the security group of function and containers."
  value       = aws_security_group.service.id
}

output "log_bucket" {
  description = "Bucket of access logs."
  value       = module.log.name
}

output "replica" {
  description = "Bucket of replicas and its key, in another Region."
  value       = { bucket_arn = module.replica.arn, kms_key_arn = aws_kms_key.replica.arn, region = var.replica_region }
}

output "signing" {
  description = "The profile that signs packages, and Lambda's configuration that accepts only those."
  value       = { profile_name = aws_signer_signing_profile.this.name, config_arn = aws_lambda_code_signing_config.this.arn }
}

output "dead_letter_queue_arn" {
  description = "ARN of the queue of events that the function did not process."
  value       = aws_sqs_queue.dead_letters.arn
}
