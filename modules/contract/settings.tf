# The settings that the function reads once, when it starts. Descriptions and examples are for readers and stay out of them.

locals {
  settings = {
    features = local.typed_features
    columns  = local.columns[*].text
    payload = { for key, value in {
      content_type = var.contract.payload.content_type
      accept       = var.contract.payload.accept
      targets      = length(var.contract.payload.targets) == 0 ? null : sort(var.contract.payload.targets)
    } : key => value if value != null }
    output = merge(local.output, { for key, value in {
      summary = var.drift && var.contract.output.summary != null ? {
        for name, value in var.contract.output.summary : name => value if value != null
      } : null
    } : key => value if value != null })
  }

  output = { for key, value in {
    name   = var.contract.output.name
    kind   = var.contract.output.kind
    steps  = local.output_steps
    labels = var.contract.output.labels
  } : key => value if value != null }
}
