# Every problem of model, capacity, monitoring and the endpoint's network, in the order in which a reader fixes them.

locals {
  problems = concat(
    local.mode_problems,
    local.model_problems,
    local.image_problems,
    local.variant_problems,
    local.variants_problems,
    local.shadow_problems,
    local.routing_problems,
    local.fleet_problems,
    local.serverless_problems,
    local.async_problems,
    local.autoscaling_problems,
    local.update_problems,
    local.monitoring_problems,
    local.network_problems,
  )
}
