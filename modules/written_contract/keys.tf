# Keys that the contract's type does not declare, which Terraform would drop without a word.

locals {
  keys = {
    contract = ["features", "columns", "payload", "output"]
    feature = [
      "name", "type", "description", "minimum", "maximum", "unit", "values", "max_length", "nullable", "default", "example", "summary"
    ]
    summary = ["mean", "deviation", "quantiles", "shares", "missing"]
    payload = ["content_type", "accept", "targets"]
    output  = ["name", "description", "unit", "kind", "steps", "labels", "summary"]
  }

  # JSON has no infinite numbers, so Terraform would end with an error of jsonencode. Nothing else can be checked then.
  finite   = can(jsonencode(var.contract))
  contract = jsondecode(local.finite && can(keys(var.contract)) ? jsonencode(var.contract) : "{}")
  features = try([for feature in local.contract.features : feature], [])
  summaries = concat(
    [for i, feature in local.features : {
      path = "features[${i}]${try(" (${tostring(feature.name)})", "")}.summary", kind = "summary", json = jsonencode(feature.summary)
    } if try(feature.summary, null) != null],
    try(local.contract.output.summary, null) == null ? [] : [{
      path = "output.summary"
      kind = "summary"
      json = jsonencode(local.contract.output.summary)
    }],
  )
  # Every object of the contract, by its path; null is absent.
  objects = concat(
    [{ path = "contract", kind = "contract", json = local.finite ? jsonencode(var.contract) : "{}" }],
    [for i, feature in local.features : {
      path = "features[${i}]${try(" (${tostring(feature.name)})", "")}"
      kind = "feature"
      json = jsonencode(feature)
    }],
    local.summaries,
    [
      for kind in ["payload", "output"] : { path = kind, kind = kind, json = jsonencode(local.contract[kind]) }
      if try(local.contract[kind], null) != null
    ],
  )
  wrong_objects = [for object in local.objects : object if !can(keys(jsondecode(object.json)))]

  unknown_keys = flatten([for object in local.objects : [
    for key in try(keys(jsondecode(object.json)), []) : { path = object.path, key = key, known = local.keys[object.kind] }
    if !contains(local.keys[object.kind], key)
  ]])

  # Keys are near if they share letters and pairs of letters: both halves of Dice's coefficient, from 0 to 1.
  pieces = { for key in distinct(concat(flatten(values(local.keys)), local.unknown_keys[*].key)) : key => toset(concat(
    split("", key), [for i in range(max(0, length(key) - 1)) : substr(key, i, 2)]
  )) }
  likeness = [for unknown in local.unknown_keys : { for known in unknown.known : known =>
    2 * length(setintersection(local.pieces[known], local.pieces[unknown.key])) / (
      length(local.pieces[known]) + length(local.pieces[unknown.key])
    )
  }]
  nearest = [for likeness in local.likeness : [for key, share in likeness : key if share >= 0.5 && share == max(values(likeness)...)]]
  advice = [
    for i, unknown in local.unknown_keys :
    length(local.nearest[i]) > 0 ? "Did you mean \"${local.nearest[i][0]}\"?" : "Use one of ${join(", ", unknown.known)}."
  ]

  key_problems = concat(
    [for object in local.wrong_objects : "${object.path}: not an object. Use the keys ${join(", ", local.keys[object.kind])}."],
    [for i, unknown in local.unknown_keys : "${unknown.path}: \"${unknown.key}\" is unknown. ${local.advice[i]}"],
  )
}
