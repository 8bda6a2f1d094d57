# Replace these with the outputs of foundation.
kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
subnet_ids        = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
security_group_id = "sg-0a1b2c3d4e5f60001"
log_bucket        = "hardened-log-123456789012-us-east-1"
replica = {
  bucket_arn  = "arn:aws:s3:::hardened-replica-123456789012-us-west-2"
  kms_key_arn = "arn:aws:kms:us-west-2:123456789012:key/66666666-7777-8888-9999-000000000000"
  region      = "us-west-2"
}
signing = {
  profile_name = "hardened20260101000000000000000001"
  config_arn   = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"
}
dead_letter_queue_arn = "arn:aws:sqs:us-east-1:123456789012:hardened-dead-letters"
