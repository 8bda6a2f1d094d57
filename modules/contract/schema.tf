# The request's schema twice: for the gateway in JSON Schema draft-04 with what API Gateway makes of it, and for readers in
# OpenAPI 3.0. Both are about instances with names. Neither language types the places of an array, so the function alone
# checks positional instances.

locals {
  # Exact, leap years included: what these let through, Python's datetime takes.
  day_pattern = join("", [
    "(?:",
    "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-",
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))",
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29",
    ")",
  ])
  time_pattern = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6})?)?"
  date_patterns = {
    date     = "^${local.day_pattern}$"
    datetime = "^${local.day_pattern}[ T]${local.time_pattern}$"
  }

  integer_limit = 9007199254740992 # 2^53: beyond it a float, and so every model, merges neighbouring integers
  json_types = {
    number = "number", integer = "integer", boolean = "boolean", category = "string", string = "string", date = "string", datetime = "string"
  }

  # Keywords that both schemas share; those that the feature does not declare are left out.
  bounds = [for f in local.features : f.type == "integer" && f.values == null ? [
    max(coalesce(f.minimum, -local.integer_limit), -local.integer_limit),
    min(coalesce(f.maximum, local.integer_limit), local.integer_limit),
  ] : [f.minimum, f.maximum]]
  value_keywords = [for i, f in local.features : { for key, value in {
    minimum   = local.bounds[i][0]
    maximum   = local.bounds[i][1]
    maxLength = f.max_length
    pattern   = lookup(local.date_patterns, f.type, null)
  } : key => value if value != null }]
  may_be_null = [for f in local.features : f.nullable || f.default != null]

  # API Gateway drops "nullable" and does not support lists of types. A feature that may be null therefore has no type and no enum,
  # which would reject null; the other keywords ignore it. An integer may be written 4.0: JSON has one type of number.
  gateway_values = [for i, f in local.features : merge(
    local.value_keywords[i],
    local.may_be_null[i] ? {} : { type = f.type == "integer" ? "number" : lookup(local.json_types, f.type, "string") },
    local.may_be_null[i] || f.values == null ? {} : { enum = try(local.typed_features[i].values, []) },
    f.type == "integer" && f.values == null ? { multipleOf = 1 } : {},
  )]

  needed_names = [for i, f in local.features : f.name if !local.may_be_null[i]]
  named_instance = merge(
    {
      type                 = "object"
      properties           = { for name, values in { for i, f in local.features : f.name => local.gateway_values[i]... } : name => values[0] }
      additionalProperties = false
    },
    length(local.needed_names) == 0 ? {} : { required = local.needed_names }, # draft-04 forbids an empty list
  )
  positional_instance = {
    type                 = "object"
    properties           = { features = { type = "array" } }
    required             = ["features"]
    additionalProperties = false
  }

  request_schema = {
    type                 = "object"
    required             = ["instances"]
    additionalProperties = false
    properties = {
      instances = { type = "array", items = { anyOf = [{ type = "array" }, local.positional_instance, local.named_instance] } }
    }
  }
}
