# The interface that the function and the model must agree on. A contract and a model that differ in it never meet, because another
# interface gets an endpoint of its own. Bounds, defaults, descriptions, examples and summaries are the function's alone.

locals {
  # With an adapter, columns may be empty, and any feature may reach the model.
  encoded_features = length(var.contract.columns) == 0 ? local.features[*].name : distinct(local.columns[*].feature)

  interface = {
    columns = local.columns[*].text
    features = [
      for f in local.typed_features : { for key in ["name", "type", "values"] : key => f[key] if can(f[key]) }
      if contains(local.encoded_features, f.name)
    ]
    payload = local.settings.payload
    output  = local.output
    answer  = var.serving.outputs
  }
}
