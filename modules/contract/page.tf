# The contract for the API's page, which shows a form: what people read, and every feature in its order.

locals {
  # JSON text, because Terraform would convert the list's values to one type.
  page_features = [for i, f in local.features : jsonencode(merge(local.typed_features[i], { for key, value in {
    description = f.description
    unit        = f.unit
    example     = local.examples[i]
  } : key => value if value != null }))]
  page_output = { for key, value in {
    name        = var.contract.output.name
    description = var.contract.output.description
    unit        = var.contract.output.unit
    labels      = var.contract.output.labels
  } : key => value if value != null }

  page = { output = local.page_output, features = [for text in local.page_features : jsondecode(text)] }
}
