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
