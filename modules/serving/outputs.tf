output "problems" {
  description = "Problems of model, capacity, monitoring and network.endpoint, one sentence each; empty for inputs that can be served."
  value       = local.problems
}

output "mode" {
  description = "The serving mode: instances, serverless, async or existing; none if the capacity does not set exactly one."
  value       = local.mode
}

output "payload_algorithm" {
  description = <<-EOT
    The built-in algorithm that reads the contract's payload; null for an existing endpoint, the caller's own image, a package or a
    framework.
  EOT
  value       = local.payload_algorithm
}

output "selected_outputs" {
  description = <<-EOT
    The outputs that the built-in XGBoost image returns for each row (SAGEMAKER_INFERENCE_OUTPUT); null for its default, and for any other
    container.
  EOT
  value       = local.payload_algorithm == "xgboost" ? lookup(local.model.environment, "SAGEMAKER_INFERENCE_OUTPUT", null) : null
}

output "serving" {
  description = "The inputs in one form for every serving mode, as modules/endpoint reads them. Meaningful when there are no problems."
  value = {
    mode          = local.mode
    enabled       = var.capacity.enabled
    created       = local.created
    deployed      = local.deployed
    existing_name = one(var.capacity.existing[*].name)

    model = {
      environment        = local.model.environment
      network_isolation  = local.network_isolation
      kms_key_arns       = local.model.kms_key_arns
      multi_model        = local.model.multi_model
      package            = local.model.package
      execution_role_arn = one(local.model.execution_role[*].arn)
      own_role           = local.model.execution_role == null
      stock_image        = { repository = try(local.algorithm.repository, null), tag = local.algorithm_version }
    }
    variants           = local.variants
    shadow             = local.shadow
    several_variants   = local.several
    instances          = local.fleet
    routing_strategy   = try(var.capacity.instances.routing_strategy, null)
    managed_scaling    = try(var.capacity.instances.managed_scaling, null)
    serverless         = local.serverless
    async              = local.async
    autoscaling        = local.scalings
    update             = { blue_green = local.blue_green, rolling = local.rolling }
    capture            = var.monitoring.capture
    rollback           = merge(var.monitoring.rollback, { latency_in_milliseconds = local.latency_in_milliseconds })
    alarm_action_arns  = var.monitoring.alarm_action_arns
    runbook            = local.runbook
    vpc                = var.vpc
    volume_kms_key_arn = local.volume_kms_key_arn
    output_kms_key_arn = local.output_kms_key_arn
  }
}

output "drift" {
  description = "The input monitoring.drift; null if nothing is counted."
  value       = var.monitoring.drift
}

output "alarms" {
  description = "The input monitoring.alarms, with the defaults that depend on other inputs; null if it is not set."
  value       = local.alarms
}
