variable "handler" {
  description = <<-EOT
    The Lambda function between the API and the endpoint.

    - `architecture`: arm64 or x86_64. `memory_size_in_mb` also sets its share of a CPU.
    - `timeout_in_seconds`: by default one second less than `api.timeout_in_seconds`, so that the function responds first. That is also the
      maximum with a REST API; a function URL, or a function without an API, may have up to 900.
    - `reserved_concurrent_executions`: reserved from the account's limit; null reserves none.
    - `log_retention_in_days`: of the function's log and the container's.
    - `metrics_namespace`: of its CloudWatch metrics; by default SageMakerApi/<name>.
    - `layers`: ARNs of at most five Lambda layers.
    - `adapter`: name of a Python module, in a layer or in `package`, that converts validated instances to the model's rows and the model's
      output to predictions; `columns` may then be empty.
    - `contract_bucket`: bucket for a contract that exceeds the function's environment; by default the module creates one when needed.
    - `kms_key_arns`: further KMS keys, besides `kms_key_arn`, that encrypt what the function reads or writes: the buckets of
      `capacity.async` and `contract_bucket`, and `dead_letter_target_arn`.
    - `code_signing_config_arn`: Lambda's code signing configuration, which then accepts only a `package.s3` that its publisher has signed.
    - `dead_letter_target_arn`: standard SQS queue or SNS topic for events of asynchronous invocations (`InvocationType` Event) that the
      function did not process: it timed out, crashed or was throttled. The API and the function URL invoke it synchronously.
    - `limits`: `rows_per_request`; `rows_per_call` and `bytes_per_call` of one call to the endpoint (larger requests are split into several
      calls), of which `concurrent_calls` run at once; `attempts_per_call`, and `attempt_timeout_in_milliseconds` for each;
      `async_timeout_in_seconds`, which an asynchronous endpoint's container has for one request.
    - `smoke_prediction`: each update asks the function's new version for a prediction of the contract's sample request, before the API
      calls that version. An error fails the apply, and so does a prediction further than `tolerance` from `expected`, of a number or of a
      probability. Not made while the endpoint is off, nor of asynchronous or multi-model endpoints.
    - `package`: another zip than the built-in one, by `path` or in `s3`.
  EOT
  default     = {}
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
