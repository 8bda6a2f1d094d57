variable "contract" {
  description = <<-EOT
    The model's input and output; usually `yamldecode(file("contract.yaml"))`, so that the training code reads the same file.

    - `features`: the values that a client sends, in the order of positional rows. `type` is number, integer, boolean, category, string,
      date or datetime. `minimum` and `maximum` bound numbers, `values` lists the allowed values, `max_length` limits strings. A `nullable`
      feature may be null or absent and reaches the model as missing; a `default` replaces null or absent instead. `description`, `unit` and
      `example` are for readers. `summary` describes the training data, for the detection of drift: `mean`, `deviation` and `quantiles` of a
      number (from the minimum to the maximum, at equal steps), `shares` of values, and `missing`, the share without a value.
      `sagemaker-api contract infer` writes it; only `monitoring.drift` uses it.
    - `columns`: the columns that the model was trained on, in order. Each is a feature or a part of a date, followed by steps: `temp`,
      `when.hour`, `"temp | log1p"`, `"temp | standardize(mean, scale)"`, `"when.hour | sin(24)"`, `"when.hour | cos(24)"`,
      `"color | onehot"`, `"color | ordinal"`.
    - `payload`: `content_type` that the container accepts and `accept`, the type that it responds with; `targets` that a request may choose
      by header: "variant" (x-amzn-sagemaker-target-variant), and "model" (x-amzn-sagemaker-target-model), which an endpoint of several
      models requires.
    - `output`: `name`, `description` and `unit` of a prediction, `kind` regression, binary or multiclass, `steps` that are applied to the
      model's output (expm1, exp, sigmoid, softmax, clip(lowest, highest), round(decimals), threshold(limit)), `labels` of the classes in
      their order, `summary` of the model's predictions for the training data.

    The plan fails with all problems of a contract in one message.
  EOT
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0020-contract-of-any-type.md.
  type = any
}
