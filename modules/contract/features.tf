# Values, defaults and examples are text in the contract's type, because Terraform has no union type. Here they become
# JSON values of their feature's type.

locals {
  features      = var.contract.features
  feature_types = ["number", "integer", "boolean", "category", "string", "date", "datetime"]

  number_pattern = "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
  literal_patterns = {
    number   = "^${local.number_pattern}$"
    integer  = "^-?(?:0|[1-9][0-9]*)$"
    boolean  = "^(?:true|false)$"
    category = "^"
    string   = "^"
    date     = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    datetime = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?$"
  }
  literal_forms = {
    number   = "a number"
    integer  = "a whole number"
    boolean  = "true or false"
    category = "text"
    string   = "text"
    date     = "a calendar date written YYYY-MM-DD"
    datetime = "a calendar date and time written \"YYYY-MM-DD HH:MM:SS\", without an offset"
  }
  unquoted_types = ["number", "integer", "boolean"]

  # null for what cannot be read: problems.tf reports it.
  typed_features = [for f in local.features : {
    for key, value in {
      name       = f.name
      type       = f.type
      minimum    = f.minimum
      maximum    = f.maximum
      max_length = f.max_length
      nullable   = f.nullable ? true : null
      values = f.values == null ? null : [
        for v in f.values : try(jsondecode(contains(local.unquoted_types, f.type) ? v : jsonencode(v)), null)
      ]
      summary = var.drift && f.summary != null ? { for key, value in f.summary : key => value if value != null } : null
      default = f.default == null ? null : try(
        jsondecode(contains(local.unquoted_types, f.type) ? f.default : jsonencode(f.default)),
        null,
      )
    } : key => value if value != null
  }]

  fallback_examples = {
    number = "0", integer = "0", boolean = "false", category = "", string = "text", date = "2024-01-31", datetime = "2024-01-31 12:00:00"
  }
  example_texts = [for f in local.features : try(coalesce(
    f.example, f.default, try(f.values[0], null), f.minimum, f.maximum, lookup(local.fallback_examples, f.type, null)
  ), "")]
  examples = [for i, f in local.features : try(
    jsondecode(contains(local.unquoted_types, f.type) ? local.example_texts[i] : jsonencode(local.example_texts[i])), null
  )]
}
