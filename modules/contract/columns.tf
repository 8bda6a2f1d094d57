# A column is written SOURCE { "|" STEP }, where SOURCE is a feature or a part of a date: "datetime.hour | sin(24)".

locals {
  date_parts = ["year", "month", "day", "dayofweek", "dayofyear", "quarter", "weekofyear"]
  time_parts = ["hour", "minute", "second"]
  step_patterns = [
    "onehot",
    "ordinal",
    "log1p",
    "standardize\\(${local.number_pattern},${local.number_pattern}\\)",
    "(?:sin|cos)\\(${local.number_pattern}\\)",
  ]
  step_pattern  = "^(?:${join("|", local.step_patterns)})$"
  by_name       = { for f in local.features : f.name => f... }
  text_types    = ["category", "string"]
  text_payloads = ["text/csv", "application/json", "application/jsonlines"]
  # serve_utils.py and encoder.py of aws/sagemaker-xgboost-container: other content types get a 415.
  xgboost_payloads = ["text/csv", "text/libsvm"]
  content_types    = concat(local.text_payloads, ["text/libsvm", "application/x-npy"])
  target_kinds     = ["variant", "model"]
  unknown_targets  = setsubtract(var.contract.payload.targets, local.target_kinds)
  accepted_types   = ["application/json", "application/jsonlines", "text/csv", "application/x-npy"]

  column_tokens = [for text in var.contract.columns : [for token in split("|", text) : replace(token, "/\\s+/", "")]]
  columns = [for i, tokens in local.column_tokens : {
    path    = "columns[${i}] (\"${var.contract.columns[i]}\")"
    text    = join("|", tokens)
    feature = split(".", tokens[0])[0]
    part    = join(".", slice(split(".", tokens[0]), 1, length(split(".", tokens[0]))))
    type    = try(local.by_name[split(".", tokens[0])[0]][0].type, null)
    values  = try(coalesce(local.by_name[split(".", tokens[0])[0]][0].values), [])
    steps   = slice(tokens, 1, length(tokens))
  }]
}
