variable "contract" {
  description = <<-EOT
    The model's input and output, as the root module describes them. modules/written_contract has the same keys; tests/unit/test_inputs.py
    compares them.
  EOT
  nullable    = false
  type = object({
    features = list(object({
      name        = string
      type        = string
      description = optional(string)
      minimum     = optional(number)
      maximum     = optional(number)
      unit        = optional(string)
      values      = optional(list(string))
      max_length  = optional(number)
      nullable    = optional(bool, false)
      default     = optional(string)
      example     = optional(string)
      summary = optional(object({
        mean      = optional(number)
        deviation = optional(number)
        quantiles = optional(list(number))
        shares    = optional(map(number))
        missing   = optional(number)
      }))
    }))
    columns = list(string)
    payload = optional(object({
      content_type = optional(string, "text/csv")
      accept       = optional(string, "application/json")
      targets      = optional(set(string), [])
    }), {})
    output = optional(object({
      name        = optional(string, "prediction")
      description = optional(string)
      unit        = optional(string)
      kind        = optional(string, "regression")
      steps       = optional(list(string), [])
      labels      = optional(list(string))
      summary = optional(object({
        mean      = optional(number)
        deviation = optional(number)
        quantiles = optional(list(number))
        shares    = optional(map(number))
        missing   = optional(number)
      }))
    }), {})
  })
}

variable "adapter" {
  description = <<-EOT
    Whether an adapter creates the model's rows and the predictions, so that columns may be empty and predictions may be of any form.
  EOT
  type        = bool
  default     = false
  nullable    = false
}

variable "drift" {
  description = "Whether the function counts how far requests and predictions are from the training data, and so needs the summaries."
  type        = bool
  default     = false
  nullable    = false
}

variable "serving" {
  description = <<-EOT
    Whether the endpoint may have several variants and whether it serves several models, null if only the owner of an existing endpoint
    can tell; the built-in algorithm that reads the payload, null for any other container; and the outputs that the built-in XGBoost image
    is set to return for a row, null for its default.
  EOT
  default     = { variants = true, multi_model = false }
  nullable    = false
  type = object({
    variants    = bool
    multi_model = bool
    algorithm   = optional(string)
    outputs     = optional(string)
  })
}
