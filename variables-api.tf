variable "api" {
  description = <<-EOT
    The REST API.

    - `stage_name`: last part of the URL.
    - `log_retention_in_days`: of the access log. API Gateway writes logs only in an account and Region whose CloudWatch role is set, once, by its owner.
    - `execution_log_level`: OFF, ERROR or INFO.
    - `throttle`: requests per second and burst of the whole stage.
    - `key`: rate, burst and quota of the API key, by default 50 requests per second with a burst of 100, and 1,000,000 requests a MONTH. The key exists unless
      `iam` is set.
    - `iam`: callers sign with AWS credentials (SigV4) and need execute-api:Invoke: `iam = {}`.
    - `page`: whether `GET /` is a page for people, made from the contract, and `GET /docs` the API reference; true by default. Everyone who can
      reach the API can open both, and sees the contract; predictions need a credential.
  EOT
  default     = {}
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
