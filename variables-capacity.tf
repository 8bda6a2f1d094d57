variable "capacity" {
  description = <<-EOT
    The capacity that serves the model, in exactly one serving mode:

    - `instances` (real-time): `count` instances of `type`, always on. `variants` serve side by side, each with a whole-numbered `weight` of
      the requests, and its own type, count, artifact or image where they differ. Or a `shadow` gets a copy of `percent` of the requests;
      its responses are only stored by `monitoring.capture`. `routing_strategy`: LEAST_OUTSTANDING_REQUESTS or RANDOM. `managed_scaling`:
      `minimum` to `maximum` instances chosen by SageMaker, which since 2025 supports it only for inference components: prefer
      `autoscaling`.
    - `serverless`: no cost while idle. `memory_size_in_mb` and at most `max_concurrency` concurrent requests, for `provisioned_concurrency`
      of which capacity is kept ready.
    - `async` (asynchronous): requests and results are stored in S3 under `s3_uri`: input/, output/ and failure/. For predictions that take
      up to an hour, and no cost while idle if `autoscaling` may scale to zero. `notifications` are sent to SNS topics.
    - `existing`: an existing real-time endpoint, by `name`. It must accept the contract's payload.

    `enabled = false` deletes the endpoint and ends its cost. Model, function and API stay, and the API responds with 503.

    `autoscaling` keeps each variant between `minimum` and `maximum`, by every target that is set: requests per minute
    (`invocations_per_instance`), concurrent requests (`concurrency_per_instance`), waiting requests (`backlog_per_instance`), share of the
    provisioned concurrency (`utilization_percent`). `schedules` change the bounds:
    `{ night = { schedule = "cron(0 20 ? * MON-FRI *)", timezone = "Europe/Berlin", maximum = 1 } }`. A new fleet starts with the larger of
    `count` and `minimum`.

    `update`: how a new configuration replaces the old one. `blue_green` (the default) starts a second fleet and moves all requests at once,
    or first a `canary`, or in `linear` steps, then keeps the old fleet for `bake_in_seconds`; `rolling` replaces some instances at a time.
    Each size is `percent` or `instances`. All waits together may take 55 minutes, because Terraform's AWS provider waits 60. If an alarm of
    `monitoring.rollback` goes off meanwhile, the update is rolled back and the apply fails.
  EOT
  default     = { instances = {} }
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
