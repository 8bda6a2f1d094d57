# What the function reads once at its start. Descriptions and examples stay behind: they are for readers.

locals {
  settings = {
    features = local.typed_features
    columns  = local.columns[*].text
    payload  = var.contract.payload
    output = { for key, value in {
      name   = var.contract.output.name
      kind   = var.contract.output.kind
      steps  = local.output_steps
      labels = var.contract.output.labels
    } : key => value if value != null }
  }
}
