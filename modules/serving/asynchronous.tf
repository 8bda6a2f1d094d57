# Asynchronous calls through S3.

locals {
  # Requests, results and failures of asynchronous invocations are stored under one prefix.
  async = one([for input in var.capacity.async[*] : {
    input_s3_uri   = "${trimsuffix(input.s3_uri, "/")}/input"
    output_s3_uri  = "${trimsuffix(input.s3_uri, "/")}/output"
    failure_s3_uri = "${trimsuffix(input.s3_uri, "/")}/failure"

    notifications                           = input.notifications
    max_concurrent_invocations_per_instance = input.max_concurrent_invocations_per_instance
  }])

  async_problems = local.mode != "async" ? [] : [for problem in [
    {
      when    = !can(regex(local.prefix_pattern, var.capacity.async.s3_uri)) || length(var.capacity.async.s3_uri) > 500
      message = "capacity.async.s3_uri: not the S3 URI of a prefix. Set a URI of at most 500 characters, like s3://bucket/prefix."
    },
    {
      when = try(
        var.capacity.async.max_concurrent_invocations_per_instance < 1
        || var.capacity.async.max_concurrent_invocations_per_instance > 1000
        || var.capacity.async.max_concurrent_invocations_per_instance != floor(var.capacity.async.max_concurrent_invocations_per_instance),
        false,
      )
      message = "capacity.async.max_concurrent_invocations_per_instance: must be a whole number from 1 to 1000. To use SageMaker's default, remove it."
    },
    {
      when = anytrue([
        for topic in [var.capacity.async.notifications.success_topic_arn, var.capacity.async.notifications.error_topic_arn] :
        topic != null && !can(regex(local.topic_pattern, topic))
      ])
      message = "capacity.async.notifications: success_topic_arn or error_topic_arn is not the ARN of an SNS topic. Set ARNs like arn:aws:sns:eu-west-1:123456789012:name."
    },
    {
      when = length(setsubtract(var.capacity.async.notifications.include_response_in, [
        "SUCCESS_NOTIFICATION_TOPIC",
        "ERROR_NOTIFICATION_TOPIC",
      ])) > 0
      message = "capacity.async.notifications.include_response_in: set SUCCESS_NOTIFICATION_TOPIC, ERROR_NOTIFICATION_TOPIC or both."
    },
    {
      when = anytrue([
        for kind, topic in {
          SUCCESS = var.capacity.async.notifications.success_topic_arn
          ERROR   = var.capacity.async.notifications.error_topic_arn
        } :
        topic == null && contains(var.capacity.async.notifications.include_response_in, "${kind}_NOTIFICATION_TOPIC")
      ])
      message = "capacity.async.notifications.include_response_in: names a topic that is not set. Set its success_topic_arn or error_topic_arn, or remove it."
    },
    {
      when    = var.capacity.async.variants != null
      message = "capacity.async.variants: not supported: an asynchronous endpoint has one variant. Use capacity.instances.variants."
    },
    {
      when    = var.capacity.async.shadow != null
      message = "capacity.async.shadow: not supported by asynchronous endpoints. Use capacity.instances.shadow."
    },
    {
      when    = var.capacity.async.managed_scaling != null
      message = "capacity.async.managed_scaling: not supported by asynchronous endpoints. Use capacity.async.autoscaling, which follows the backlog and can scale to zero."
    },
    {
      when    = local.model.multi_model != null
      message = "model.multi_model: not supported by asynchronous endpoints, which serve one model. Use capacity.instances."
    },
    {
      when    = local.marketplace
      message = "model.package: asynchronous endpoints do not support packages from AWS Marketplace. Use capacity.instances."
    },
  ] : problem.message if problem.when]
}
