# Every problem of a contract. They are data rather than validations, so that one failed plan reports all of them and a test can compare
# complete messages.

locals {
  literals = flatten([for i, f in local.features : [
    for item in concat(
      f.default == null ? [] : [{ key = "default", text = f.default }],
      f.example == null ? [] : [{ key = "example", text = f.example }],
      [for n, v in coalesce(f.values, []) : { key = "values[${n}]", text = v }],
      ) : {
      path    = "features[${i}] (${f.name}).${item.key}"
      text    = item.text
      feature = f
      readable = (
        can(regex(lookup(local.literal_patterns, f.type, "^"), item.text))
        && (!contains(["date", "datetime"], f.type) || can(formatdate("YYYY", local.moments[f.type][item.text])))
      )
      number = try(tonumber(item.text), null)
    }
  ]])

  # formatdate checks the calendar, and accepts only complete RFC 3339 timestamps.
  date_literals = distinct(flatten([for f in local.features : compact(concat([f.default, f.example], coalesce(f.values, [])))]))
  moments = {
    date     = { for text in local.date_literals : text => "${text}T00:00:00Z" }
    datetime = { for text in local.date_literals : text => "${replace(text, " ", "T")}${can(regex(":[0-9]{2}:", text)) ? "" : ":00"}Z" }
  }

  # By lookup: searching 500 names for each of 500 names takes a second.
  names         = join(", ", local.features[*].name)
  places        = { for i, f in local.features : f.name => i... }
  column_places = { for i, c in local.columns : c.text => i... }

  feature_problems = flatten([for i, f in local.features : [for problem in [
    {
      when    = !can(regex("^[A-Za-z_][A-Za-z0-9_]*$", f.name)) || f.name == "features"
      message = "the name must consist of letters, digits and underscores, must not start with a digit, and must not be \"features\", which is the key of a positional row. Rename the feature."
    },
    {
      when    = contains(["true", "false"], f.name)
      message = "Terraform's YAML reads n, no, off, y, yes and on as ${f.name}. Put the name in \"quotes\"."
    },
    {
      when    = local.places[f.name][0] != i
      message = "features[${local.places[f.name][0]}] has the same name. Give every feature a name of its own."
    },
    {
      when    = !contains(local.feature_types, f.type)
      message = "type \"${f.type}\" is unknown. Set one of ${join(", ", local.feature_types)}."
    },
    {
      when    = (f.minimum != null || f.maximum != null) && !contains(["number", "integer"], f.type)
      message = "minimum and maximum are for a number or an integer, not for a ${f.type}. Remove them, or list the allowed values of a category in values."
    },
    {
      when    = try(f.minimum > f.maximum, false)
      message = "minimum ${coalesce(f.minimum, 0)} exceeds maximum ${coalesce(f.maximum, 0)}. Swap them."
    },
    {
      when    = f.type == "category" && length(coalesce(f.values, [])) == 0
      message = "a category needs its values, in the order of training: values = [\"red\", \"green\"]"
    },
    {
      when    = f.values != null && !contains(["category", "string", "number", "integer"], f.type)
      message = "values are for a category, a string, a number or an integer, not for a ${f.type}. Remove them."
    },
    {
      when    = f.type != "category" && try(length(f.values) == 0, false)
      message = "values is empty, so no value would be allowed. List values, or remove it."
    },
    {
      when    = length(distinct(coalesce(f.values, []))) != length(coalesce(f.values, []))
      message = "values lists ${join(", ", distinct([for n, v in coalesce(f.values, []) : v if index(coalesce(f.values, []), v) != n]))} more than once. List each value once."
    },
    {
      when    = contains(local.text_types, f.type) && length(setintersection(coalesce(f.values, []), ["true", "false"])) > 0
      message = "Terraform's YAML reads n, no, off, y, yes and on as false and true. Put such values in \"quotes\", or set type boolean if you mean true and false."
    },
    {
      when    = f.nullable && f.default != null
      message = "nullable passes a missing value to the model, and default replaces it. Remove one of them."
    },
    {
      when    = f.max_length != null && f.type != "string"
      message = "max_length is for a string, not for a ${f.type}. Remove it."
    },
    {
      when    = try(f.max_length < 1 || f.max_length != floor(f.max_length), false)
      message = "max_length must be a whole number of at least 1."
    },
  ] : "features[${i}] (${f.name}): ${problem.message}" if problem.when]])

  literal_problems = flatten([for l in local.literals : [for problem in [
    {
      when    = !l.readable
      message = "\"${l.text}\" is not ${lookup(local.literal_forms, l.feature.type, "readable")}. Change it, or the type."
    },
    {
      when    = l.readable && try(l.number < l.feature.minimum, false)
      message = "${l.text} is below minimum ${coalesce(l.feature.minimum, 0)}. Change one of them."
    },
    {
      when    = l.readable && try(l.number > l.feature.maximum, false)
      message = "${l.text} is above maximum ${coalesce(l.feature.maximum, 0)}. Change one of them."
    },
    {
      when    = l.readable && try(length(l.feature.values) > 0 && !contains(l.feature.values, l.text), false)
      message = "\"${l.text}\" is not one of values (${join(", ", coalesce(l.feature.values, []))}). Use one of them, or add it."
    },
    {
      when    = try(length(l.text) > l.feature.max_length, false)
      message = "\"${l.text}\" is longer than max_length ${coalesce(l.feature.max_length, 0)}. Shorten it, or raise max_length."
    },
  ] : "${l.path}: ${problem.message}" if problem.when]])

  # Text that can stand unquoted as one CSV field and come back as itself; "nan" would come back as missing.
  csv_safe   = "^[^\\s\",](?:[^\",\\r\\n]*[^\\s\",])?$"
  csv_broken = [for c in local.columns : [for v in c.values : v if !can(regex(local.csv_safe, v)) || lower(v) == "nan"]]

  column_problems = flatten([for i, c in local.columns : [for problem in [
    {
      when    = c.type == null
      message = "no feature is named \"${c.feature}\". Use one of ${local.names}."
    },
    {
      when    = local.column_places[c.text][0] != i
      message = "repeats column ${local.column_places[c.text][0]}. List each column once."
    },
    {
      when    = c.type != null && c.part != "" && !contains(["date", "datetime"], coalesce(c.type, "none"))
      message = "only a date or a datetime has parts, and ${c.feature} is a ${coalesce(c.type, "none")}. Write \"${c.feature}\"."
    },
    {
      when    = c.type == "datetime" && c.part != "" && !contains(concat(local.date_parts, local.time_parts), c.part)
      message = "a datetime has no part \"${c.part}\". Use one of ${join(", ", concat(local.date_parts, local.time_parts))}."
    },
    {
      when    = c.type == "date" && c.part != "" && !contains(local.date_parts, c.part)
      message = "a date has no part \"${c.part}\". Use one of ${join(", ", local.date_parts)}."
    },
    {
      when    = contains(["date", "datetime"], coalesce(c.type, "none")) && c.part == ""
      message = "a column is a part of a ${coalesce(c.type, "none")}, not the whole. Write for example \"${c.feature}.month\"."
    },
    {
      when    = anytrue([for step in c.steps : !can(regex(local.step_pattern, step))])
      message = "unknown step ${join(", ", [for step in c.steps : "\"${step}\"" if !can(regex(local.step_pattern, step))])}. Use onehot, ordinal, log1p, standardize(mean, scale), sin(period) or cos(period)."
    },
    {
      when    = anytrue([for step in c.steps : try(tonumber(regex("^standardize\\(.*,(.*)\\)$", step)[0]) == 0, false)])
      message = "a scale of 0 would divide by zero. Remove the column: it was constant in training."
    },
    {
      when    = anytrue([for step in c.steps : try(tonumber(regex("^(?:sin|cos)\\((.*)\\)$", step)[0]) <= 0, false)])
      message = "a period must be above 0: 24 for hours, 7 for days of the week, 12 for months."
    },
    {
      when    = c.type != null && length(setintersection(c.steps, ["onehot", "ordinal"])) > 0 && (length(c.values) == 0 || c.part != "")
      message = "onehot and ordinal need a feature that lists its values. Set the values of ${c.feature}, or remove the step."
    },
    {
      when = (
        contains(c.steps, "onehot") && length(c.steps) > 1
        || contains(slice(c.steps, min(1, length(c.steps)), length(c.steps)), "ordinal")
      )
      message = "onehot must be the only step, and ordinal the first."
    },
    {
      when = (
        length(c.steps) > 0
        && contains(local.text_types, coalesce(c.type, "none"))
        && !contains(["onehot", "ordinal"], try(c.steps[0], ""))
      )
      message = "${c.feature} is text, and ${try(c.steps[0], "")} needs a number. Encode a category with onehot or ordinal first."
    },
    {
      when = (
        length(c.steps) == 0
        && contains(local.text_types, coalesce(c.type, "none"))
        && !contains(local.text_payloads, var.contract.payload.content_type)
      )
      message = "${var.contract.payload.content_type} supports only numbers. Write \"${c.feature} | onehot\" or \"${c.feature} | ordinal\"."
    },
    {
      when = (
        length(c.steps) == 0
        && contains(local.text_types, coalesce(c.type, "none"))
        && var.contract.payload.content_type == "text/csv"
        && var.serving.algorithm != null
      )
      message = "the built-in ${coalesce(var.serving.algorithm, "-")} image reads only numbers from text/csv. Write \"${c.feature} | onehot\" or \"${c.feature} | ordinal\", or set model.image_uri to an image that accepts text."
    },
    {
      when = (
        length(c.steps) == 0
        && contains(local.text_types, coalesce(c.type, "none"))
        && var.contract.payload.content_type == "text/csv"
        && var.serving.algorithm == null
        && length(local.csv_broken[i]) > 0
      )
      message = "${join(", ", [for v in local.csv_broken[i] : "\"${v}\""])} cannot be sent as one CSV field. Rename the value, or write \"${c.feature} | onehot\" or \"${c.feature} | ordinal\"."
    },
  ] : "${c.path}: ${problem.message}" if problem.when]])

  output_steps         = [for step in var.contract.output.steps : replace(step, "/\\s+/", "")]
  output_step_pattern  = "^(?:expm1|exp|sigmoid|softmax|clip\\(${local.number_pattern},${local.number_pattern}\\)|round\\([0-9]+\\)|threshold\\(${local.number_pattern}\\))$"
  unknown_output_steps = [for step in local.output_steps : step if !can(regex(local.output_step_pattern, step))]
  clip_bounds = [
    for step in local.output_steps : regex("^clip\\((.*),(.*)\\)$", step)
    if can(regex("^clip\\((.*),(.*)\\)$", step))
  ]
  contract_problems = [for problem in [
    {
      when    = length(local.features) == 0
      message = "features: empty. List the features that a client sends, in order."
    },
    {
      when    = length(local.columns) == 0 && !var.adapter
      message = "columns: empty. List the columns that the model was trained on, in order, or set handler.adapter to a Python module that creates them."
    },
    {
      when    = !contains(local.content_types, var.contract.payload.content_type)
      message = "payload.content_type: \"${var.contract.payload.content_type}\" is unknown. Set one of ${join(", ", local.content_types)}."
    },
    {
      when = (
        contains(local.content_types, var.contract.payload.content_type)
        && var.serving.algorithm == "xgboost"
        && !contains(local.xgboost_payloads, var.contract.payload.content_type)
      )
      message = "payload.content_type: the built-in xgboost image does not accept ${var.contract.payload.content_type}. Set ${join(" or ", local.xgboost_payloads)}, or set model.image_uri to an image that accepts it."
    },
    {
      when    = !contains(local.accepted_types, trimspace(split(";", var.contract.payload.accept)[0]))
      message = "payload.accept: \"${var.contract.payload.accept}\" is unknown. Set one of ${join(", ", local.accepted_types)}."
    },
    {
      when    = length(local.unknown_targets) > 0
      message = "payload.targets: ${join(", ", [for target in local.unknown_targets : "\"${target}\""])} is unknown. Set variant, model or both."
    },
    {
      when    = contains(var.contract.payload.targets, "variant") && var.serving.variants == false
      message = "payload.targets: a serverless or asynchronous endpoint has one variant. Remove \"variant\", or use capacity.instances."
    },
    {
      when    = contains(var.contract.payload.targets, "model") && var.serving.multi_model == false
      message = "payload.targets: the endpoint serves one model. Remove \"model\", or set model.multi_model = {}."
    },
    {
      when    = !contains(var.contract.payload.targets, "model") && var.serving.multi_model == true
      message = "payload.targets: with model.multi_model, a request must name its model. Set targets: [model]."
    },
    {
      when    = !can(regex("^[A-Za-z_][A-Za-z0-9_]*$", var.contract.output.name))
      message = "output.name: \"${var.contract.output.name}\" must consist of letters, digits and underscores and must not start with a digit. Rename the prediction."
    },
    {
      when    = !contains(["regression", "binary", "multiclass"], var.contract.output.kind)
      message = "output.kind: \"${var.contract.output.kind}\" is unknown. Set regression, binary or multiclass."
    },
    {
      when    = length(local.unknown_output_steps) > 0
      message = "output.steps: ${join(", ", [for step in local.unknown_output_steps : "\"${step}\""])} is unknown. Use expm1, exp, sigmoid, softmax, clip(lowest, highest), round(decimals) or threshold(limit)."
    },
    {
      when    = anytrue([for bounds in local.clip_bounds : try(tonumber(bounds[0]) > tonumber(bounds[1]), false)])
      message = "output.steps: clip(lowest, highest) needs the lower bound first."
    },
    {
      when    = contains(local.output_steps, "softmax") && var.contract.output.kind != "multiclass"
      message = "output.steps: softmax turns the scores of several classes into probabilities. Set kind multiclass, or use sigmoid for a binary model."
    },
    {
      when    = anytrue([for step in local.output_steps : startswith(step, "threshold")]) && var.contract.output.kind != "binary"
      message = "output.steps: threshold decides between two classes. Set kind binary, or remove it."
    },
    {
      when    = var.contract.output.labels != null && var.contract.output.kind == "regression"
      message = "output.labels: a regression has no classes. Set kind binary or multiclass, or remove the labels."
    },
    {
      when    = var.contract.output.kind == "binary" && try(length(var.contract.output.labels) != 2, false)
      message = "output.labels: a binary model has two labels. List two, that of class 0 first."
    },
    {
      when    = var.contract.output.kind == "multiclass" && try(length(var.contract.output.labels) < 2, false)
      message = "output.labels: a multiclass model has at least two labels. List one for each class, in the order of the classes."
    },
    {
      when    = length(distinct(coalesce(var.contract.output.labels, []))) != length(coalesce(var.contract.output.labels, []))
      message = "output.labels: each label must be different. Rename one."
    },
  ] : problem.message if problem.when]

  problems = concat(
    local.contract_problems,
    local.selected_outputs_problems,
    local.feature_problems,
    local.literal_problems,
    local.column_problems,
    local.summary_problems,
    local.share_problems,
    local.drift_problems,
  )
}
