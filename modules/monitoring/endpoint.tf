# Metrics of each variant: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
# Asynchronous and serverless endpoints publish fewer: the developer guide's pages async-inference-monitor and
# serverless-endpoints-monitoring.

locals {
  # vCPUs by the size of an instance type: CPUUtilization is the sum over all cores. Sizes up to large have two, and each of N in Nxlarge
  # stands for four.
  vcpus = { for variant, type in var.endpoint.variants : variant => (
    type == null ? null
    : can(regex("\\.(medium|large)$", type)) ? 2
    : try(4 * tonumber(coalesce(regex("\\.(\\d*)xlarge$", type)[0], "1")), null)
  ) }

  published = {
    instances = [
      "server-errors", "client-errors", "model-latency", "overhead-latency", "invocations-per-instance", "cpu", "memory", "disk"
    ]
    serverless = ["server-errors", "client-errors", "model-latency", "overhead-latency", "memory"]
    async      = ["server-errors", "client-errors", "model-latency", "cpu", "memory", "disk"]
  }

  variant_alarms = merge([for variant, type in var.endpoint.variants : { for key, alarm in {
    server-errors = {
      severity    = "critical"
      description = "more than ${var.alarms.server_error_percent} % of the requests to the variant ${variant} fail in the container"
      namespace   = "AWS/SageMaker"
      metric      = "Invocation5XXErrors"
      statistic   = "Average"
      threshold   = var.alarms.server_error_percent / 100
    }
    client-errors = {
      severity    = "warning"
      description = "the container of the variant ${variant} rejects more than ${var.alarms.client_error_percent} % of the requests"
      namespace   = "AWS/SageMaker"
      metric      = "Invocation4XXErrors"
      statistic   = "Average"
      threshold   = var.alarms.client_error_percent / 100
    }
    model-latency = {
      severity    = "warning"
      description = "1 % of the requests to the variant ${variant} take its container more than ${coalesce(var.alarms.model_latency_in_milliseconds, 0)} ms"
      namespace   = "AWS/SageMaker"
      metric      = "ModelLatency"
      statistic   = "p99"
      threshold = (
        var.alarms.model_latency_in_milliseconds == null
        ? null
        : var.alarms.model_latency_in_milliseconds * 1000 # published in microseconds
      )
    }
    overhead-latency = {
      severity    = "warning"
      description = "SageMaker adds more than a second to 1 % of the requests to the variant ${variant}"
      namespace   = "AWS/SageMaker"
      metric      = "OverheadLatency"
      statistic   = "p99"
      threshold   = 1000000
    }
    invocations-per-instance = {
      severity    = "warning"
      description = "each instance of the variant ${variant} gets more than ${coalesce(var.alarms.invocations_per_instance, 0)} requests a minute"
      namespace   = "AWS/SageMaker"
      metric      = "InvocationsPerInstance"
      statistic   = "Sum"
      threshold   = var.alarms.invocations_per_instance
    }
    cpu = {
      severity    = "warning"
      description = "the CPUs of the variant ${variant} are more than ${var.alarms.utilization_percent} % in use"
      namespace   = "/aws/sagemaker/Endpoints"
      metric      = "CPUUtilization"
      statistic   = "Average"
      threshold   = local.vcpus[variant] == null ? null : var.alarms.utilization_percent * local.vcpus[variant]
    }
    memory = {
      severity    = "warning"
      description = "the memory of the variant ${variant} is more than ${var.alarms.utilization_percent} % in use"
      namespace   = "/aws/sagemaker/Endpoints"
      metric      = "MemoryUtilization"
      statistic   = "Average"
      threshold   = var.alarms.utilization_percent
    }
    disk = {
      severity    = "warning"
      description = "the disk of the variant ${variant} is more than ${var.alarms.utilization_percent} % full"
      namespace   = "/aws/sagemaker/Endpoints"
      metric      = "DiskUtilization"
      statistic   = "Average"
      threshold   = var.alarms.utilization_percent
    }
    } :
    "endpoint-${key}/${variant}" => merge(alarm, { dimensions = { EndpointName = var.endpoint.name, VariantName = variant } })
    if contains(lookup(local.published, var.endpoint.mode, []), key) && alarm.threshold != null
  }]...)

  # https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
  queue_alarms = { for key, alarm in {
    endpoint-backlog = {
      severity    = "warning"
      description = "more than ${var.alarms.backlog} requests wait or are being processed"
      namespace   = "AWS/SageMaker"
      metric      = "ApproximateBacklogSize"
      dimensions  = { EndpointName = var.endpoint.name }
      statistic   = "Average"
      threshold   = var.alarms.backlog
    }
    endpoint-backlog-age = {
      severity    = "critical"
      description = "a request has been waiting for more than ${var.alarms.backlog_age_in_seconds} s"
      namespace   = "AWS/SageMaker"
      metric      = "ApproximateAgeOfOldestRequest"
      dimensions  = { EndpointName = var.endpoint.name }
      statistic   = "Maximum"
      threshold   = var.alarms.backlog_age_in_seconds
    }
  } : key => alarm if var.endpoint.mode == "async" && length(var.endpoint.variants) > 0 }
}
