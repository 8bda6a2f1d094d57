# Keywords of the OpenAPI document's schemas. API Gateway imports none of them: docs/decisions/0008-two-openapi-documents.md.

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

  integer_limit = 9007199254740992 # 2^53: beyond it a float, and so every model, merges neighboring integers
  json_types = {
    number   = "number"
    integer  = "integer"
    boolean  = "boolean"
    category = "string"
    string   = "string"
    date     = "string"
    datetime = "string"
  }

  # Those that the feature does not declare are left out.
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

  needed_names = [for i, f in local.features : f.name if !local.may_be_null[i]]
  named_instance = merge(
    { type = "object", additionalProperties = false },
    length(local.needed_names) == 0 ? {} : { required = local.needed_names }, # JSON Schema draft-04 forbids an empty list
  )
}
