# The training data's summaries, and the drift that is measured against them: lambda/src/prediction_api/bands.py.

locals {
  # A composite alarm has 100 alarms at most, and its rule 10,240 characters. Fifty leave room for the other alarms.
  most_drifting = 50

  predicts_numbers = var.contract.output.labels == null && var.contract.output.kind != "multiclass"
  summarized = concat(
    [for i, f in local.features : {
      path    = "features[${i}] (${f.name}): summary."
      name    = f.name
      type    = f.type
      values  = f.values
      summary = f.summary
    } if f.summary != null],
    [for s in var.contract.output.summary[*] : {
      path    = "output.summary: "
      name    = null
      type    = local.predicts_numbers ? "number" : "class"
      values  = var.contract.output.labels
      summary = s
    }],
  )
  summaries = [for s in local.summarized : merge(s, {
    measurable = anytrue([s.summary.quantiles != null, s.summary.shares != null, s.summary.mean != null && s.summary.deviation != null])
  })]
  drift = {
    features = [for s in local.summaries : s.name if s.measurable && s.name != null]
    output   = anytrue([for s in local.summaries : s.measurable && s.name == null]) ? var.contract.output.name : null
  }

  summary_problems = flatten([for s in local.summaries : [for problem in [
    {
      when    = try(s.summary.deviation < 0, false)
      message = "deviation must be at least 0. Write the standard deviation, or remove the key."
    },
    {
      when    = anytrue([for n, quantile in try(coalesce(s.summary.quantiles, []), []) : try(quantile < s.summary.quantiles[n - 1], false)])
      message = "quantiles must not decrease. List them from the lowest to the highest."
    },
    {
      when    = try(length(s.summary.quantiles) < 2 || length(s.summary.quantiles) > 101, false)
      message = "quantiles must list 2 to 101 numbers: the minimum, the maximum, and those between at equal steps."
    },
    {
      when = (
        !contains(["number", "integer"], s.type)
        && (s.summary.mean != null || s.summary.deviation != null || s.summary.quantiles != null)
      )
      message = "mean, deviation and quantiles are for a number or an integer, not for a ${s.type}. Set shares instead."
    },
    {
      when = anytrue([
        for share in concat(values(try(coalesce(s.summary.shares, {}), {})), [try(coalesce(s.summary.missing, 0), 0)]) :
        share < 0 || share > 1
      ])
      message = "shares and missing are parts of all rows, from 0 to 1."
    },
    {
      when    = s.summary.shares != null && try(sum(values(s.summary.shares)) == 0, true)
      message = "shares must name at least one value with a share above 0."
    },
  ] : "${s.path}${problem.message}" if problem.when]])

  # Each key of shares is a value of the feature, or a class: a label, or else a number.
  summary_shares = flatten([for s in local.summaries : [for text in keys(try(coalesce(s.summary.shares, {}), {})) : {
    path    = s.path
    text    = text
    type    = s.type != "class" ? s.type : var.contract.output.labels != null ? "string" : "integer"
    listed  = s.name == null ? "labels" : "values"
    allowed = s.values != null ? s.values : []
  }]])
  share_problems = flatten([for share in local.summary_shares : [for problem in [
    {
      when    = !can(regex(lookup(local.literal_patterns, share.type, "^"), share.text))
      message = "shares: \"${share.text}\" is not ${lookup(local.literal_forms, share.type, "readable")}. Correct the key."
    },
    {
      when = (
        can(regex(lookup(local.literal_patterns, share.type, "^"), share.text))
        && length(share.allowed) > 0
        && !contains(share.allowed, share.text)
      )
      message = "shares: \"${share.text}\" is not one of ${share.listed} (${join(", ", share.allowed)}). Use one of them, or add it."
    },
  ] : "${share.path}${problem.message}" if problem.when]])

  drift_problems = [for problem in [
    {
      when    = var.drift && !anytrue(local.summaries[*].measurable)
      message = "monitoring.drift: the contract has no summary of the training data to compare with. Add one to features (sagemaker-api contract infer writes it), or remove monitoring.drift."
    },
    {
      when    = var.drift && length(local.drift.features) > local.most_drifting
      message = "monitoring.drift: the contract has summaries of ${length(local.drift.features)} features, and each is an alarm with metrics of its own. Keep the summaries of at most ${local.most_drifting}."
    },
  ] : problem.message if problem.when]
}
