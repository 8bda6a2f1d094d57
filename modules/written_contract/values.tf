# Values that YAML reads as another type than their key's. As JSON, text begins with a quote, and a value of another type does not.

locals {
  text_keys   = ["name", "type", "description", "unit"]
  number_keys = ["minimum", "maximum", "max_length"]
  quote       = "Put text that looks like another type in \"quotes\"."

  # Lists, which Terraform would report as raw errors if they were something else.
  lists = concat(
    [for key in ["features", "columns"] : { path = key, json = jsonencode(try(local.contract[key], null)), required = true }],
    [for place in [["payload", "targets"], ["output", "steps"], ["output", "labels"]] : {
      path = join(".", place), json = jsonencode(try(local.contract[place[0]][place[1]], null)), required = false
    }],
    [for i, feature in local.features : {
      path     = "${local.objects[i + 1].path}.values"
      json     = jsonencode(try(feature.values, null))
      required = false
    }],
  )
  wrong_lists = [for list in local.lists : list if list.json == "null" ? list.required : !startswith(list.json, "[")]

  # Every place where text stands. A boolean feature's values, default and example may be true and false.
  texts = concat(
    flatten([
      for list in local.lists : [
        for n, item in try([for item in jsondecode(list.json) : jsonencode(item)], []) : {
          path    = "${list.path}[${n}]"
          json    = item
          boolean = false
        }
      ] if list.path != "features"
    ]),
    flatten([for i, feature in local.features : [for key in concat(local.text_keys, ["default", "example"]) : {
      path    = "${local.objects[i + 1].path}.${key}"
      json    = jsonencode(feature[key])
      boolean = contains(["default", "example"], key) && try(feature.type, "") == "boolean"
    } if try(feature[key], null) != null]]),
    flatten([for kind in ["payload", "output"] : [for key in ["content_type", "accept", "name", "description", "unit", "kind"] : {
      path = "${kind}.${key}", json = jsonencode(local.contract[kind][key]), boolean = false
    } if try(local.contract[kind][key], null) != null]]),
  )
  date_examples = flatten([for i, feature in local.features : [for key in ["default", "example"] : {
    path = "${local.objects[i + 1].path}.${key}", text = tostring(feature[key])
  } if try(contains(["date", "datetime"], feature.type) && can(regex("^[0-9-]{10}T[0-9:.]+Z$", tostring(feature[key]))), false)]])

  # yamldecode returns an unquoted date as the text of its midnight. As that text itself can be in quotes, a time that is not midnight is
  # left alone.
  midnights = [
    for text in local.texts : text.path
    if can(regex("^\"[0-9]{4}-[0-9]{2}-[0-9]{2}T00:00:00Z\"$", text.json)) && !contains(local.date_examples[*].path, text.path)
  ]

  value_problems = concat(
    [for list in local.wrong_lists : "${list.path}: ${list.json == "null" ? "missing" : "not a list"}. Write a list: [...]."],
    flatten([
      for i, feature in local.features : [
        for key in ["name", "type"] : "${local.objects[i + 1].path}.${key}: missing. Write the feature's ${key}."
        if try(feature[key], null) == null && can(keys(feature))
      ]
    ]),
    [
      for text in local.texts :
      "${text.path}: YAML reads ${text.json == "true" ? "y, yes, on and true" : "n, no, off and false"} as a boolean. ${local.quote}"
      if contains(["true", "false"], text.json) && !text.boolean
    ],
    [for text in local.texts : "${text.path}: null is not a value. ${local.quote}" if text.json == "null"],
    [
      for text in local.texts : "${text.path}: not a text. Write one in \"quotes\"."
      if startswith(text.json, "[") || startswith(text.json, "{")
    ],
    [for path in local.midnights : "${path}: YAML reads an unquoted date as a time. Put it in \"quotes\"."],
    [
      for date in local.date_examples :
      "${date.path}: YAML reads an unquoted date as a time with an offset. Put it in \"quotes\", without an offset."
    ],
    flatten([
      for i, feature in local.features : [
        for key in local.number_keys : "${local.objects[i + 1].path}.${key}: not a number. Write a number, or remove the key."
        if try(feature[key], null) != null && !can(tonumber(feature[key]))
      ]
    ]),
    flatten([for summary in local.summaries : concat(
      [
        for key in ["mean", "deviation", "missing"] : "${summary.path}.${key}: not a number. Write a number, or remove the key."
        if !can(tonumber(try(jsondecode(summary.json)[key], null)))
      ],
      (
        can([for number in try(jsondecode(summary.json).quantiles, null) == null ? [] : jsondecode(summary.json).quantiles : abs(number)])
        ? []
        : ["${summary.path}.quantiles: not a list of numbers. Write one like [0, 2.5, 10]."]
      ),
      (
        can([
          for value in try(jsondecode(summary.json).shares, null) == null ? [] : keys(jsondecode(summary.json).shares) :
          abs(jsondecode(summary.json).shares[value])
        ])
        ? []
        : ["${summary.path}.shares: not an object of numbers. Write one like { spring = 0.25 }."]
      ),
    )]),
    flatten([
      for i, feature in local.features : ["${local.objects[i + 1].path}.nullable: not true or false. Write one of them."]
      if try(feature.nullable, null) != null && !can(tobool(feature.nullable))
    ]),
  )

  problems = (
    local.finite
    ? concat(local.key_problems, local.value_problems)
    : ["contract: .inf is not a finite number. Write a number, or remove the key."]
  )
}
