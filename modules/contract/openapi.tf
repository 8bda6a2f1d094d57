# The contract's part of the OpenAPI document: schemas and examples. modules/api assembles the document.

locals {
  documented_values = [for i, f in local.features : merge(
    local.value_keywords[i],
    { for key, value in {
      type        = lookup(local.json_types, f.type, "string")
      format      = f.type == "date" ? "date" : null
      description = f.description
      nullable    = local.may_be_null[i] ? true : null
      default     = try(local.typed_features[i].default, null)
      example     = local.examples[i]
    } : key => value if value != null },
    f.values == null ? {} : { enum = concat(try(local.typed_features[i].values, []), local.may_be_null[i] ? [null] : []) },
  )]
  documented_instance = merge(local.named_instance, {
    description = "One observation by names. The same values may be given as an array in this order, alone or as {\"features\": [...]}: ${local.names}."
    properties  = { for name, values in { for i, f in local.features : f.name => local.documented_values[i]... } : name => values[0] }
  })

  labels  = var.contract.output.labels
  decided = anytrue([for step in local.output_steps : startswith(step, "threshold")])
  answer_form = (
    var.adapter ? "free"
    : var.contract.output.kind == "multiclass" ? (local.labels == null ? "class" : "labeled class")
    : local.labels != null ? "labeled"
    : local.decided ? "decided"
    : "number"
  )
  probabilities = { type = "array", items = { type = "number" }, description = "Of every class, where the model gives them" }
  # JSON text, because Terraform would convert the map's values to one type.
  prediction_schemas = {
    "free"    = jsonencode({})
    "number"  = jsonencode({ type = "number" })
    "decided" = jsonencode({ type = "integer", enum = [0, 1] })
    "labeled" = jsonencode({
      type       = "object"
      required   = ["label", "probability"]
      properties = { label = { type = "string", enum = local.labels }, probability = { type = "number", description = "Of the label" } }
    })
    "class" = jsonencode({
      type       = "object"
      required   = ["label"]
      properties = { label = { type = "integer", description = "Number of the class, from 0" }, probabilities = local.probabilities }
    })
    "labeled class" = jsonencode({
      type       = "object"
      required   = ["label"]
      properties = { label = { type = "string", enum = local.labels }, probabilities = local.probabilities }
    })
  }
  # As the handler responds; an adapter's predictions may be anything. The shares of the classes add up to 1.
  shares = [for i, label in coalesce(local.labels, ["0", "1"]) : max(0, 0.75 - 0.5 * i)]
  prediction_examples = {
    "free"          = "null"
    "number"        = "0.75"
    "decided"       = "1"
    "labeled"       = jsonencode({ label = try(local.labels[1], ""), probability = 0.75 })
    "class"         = jsonencode({ label = 0, probabilities = local.shares })
    "labeled class" = jsonencode({ label = try(local.labels[0], ""), probabilities = local.shares })
  }
  answer_columns = {
    "free"    = []
    "number"  = [["", "0.75"]]
    "decided" = [["", "1"]]
    "labeled" = [["", try(local.labels[1], "")], ["probability", "0.75"]]
    "class"   = concat([["", "0"]], [for i, share in local.shares : ["probability_${i}", tostring(share)]])
    "labeled class" = concat(
      [["", try(local.labels[0], "")]],
      [for i, share in local.shares : ["probability_${try(local.labels[i], i)}", tostring(share)]],
    )
  }
  tables = {
    request = [local.features[*].name, local.example_texts]
    answer = [
      for line in [0, 1] : [for column in local.answer_columns[local.answer_form] : coalesce(column[line], var.contract.output.name)]
    ]
  }
  csv = { for name, rows in local.tables : name => join("", [for row in rows : join("", [
    join(",", [for text in row : can(regex("[\",\n]", text)) ? "\"${replace(text, "\"", "\"\"")}\"" : text]), "\n"
  ])]) }

  openapi = {
    schemas = {
      PredictionRequest = {
        type                 = "object"
        required             = ["instances"]
        additionalProperties = false
        properties           = { instances = { type = "array", minItems = 1, items = { "$ref" = "#/components/schemas/Instance" } } }
      }
      Instance = local.documented_instance
      PredictionResponse = {
        type                 = "object"
        required             = ["predictions"]
        additionalProperties = false
        properties = {
          predictions = {
            type        = "array"
            items       = { "$ref" = "#/components/schemas/Prediction" }
            description = "One per instance, in their order"
          }
        }
      }
      Prediction = merge(
        {
          for key, value in { title = var.contract.output.name, description = var.contract.output.description } : key => value
          if value != null
        },
        jsondecode(local.prediction_schemas[local.answer_form]),
      )
    }
    targets = sort(var.contract.payload.targets)
    examples = {
      named      = { instances = [local.named_example] }
      positional = local.sample_request
      csv        = local.csv.request
      lines      = "${jsonencode(local.named_example)}\n"
      answer     = local.answer_form == "free" ? null : { predictions = [jsondecode(local.prediction_examples[local.answer_form])] }
      csv_answer = local.answer_form == "free" ? null : local.csv.answer
      problem = {
        code    = "feature_count"
        pointer = "/instances/0/features"
        detail  = "0 values instead of ${length(local.features)}: ${join(", ", slice(local.features[*].name, 0, min(20, length(local.features))))}${length(local.features) > 20 ? ", ..." : ""}"
      }
    }
  }

  named_example  = { for name, values in { for i, f in local.features : f.name => local.examples[i]... } : name => values[0] }
  sample_request = { instances = [{ features = local.examples }] }
}
