# The outputs that the built-in XGBoost image returns for each row (SAGEMAKER_INFERENCE_OUTPUT), beside those that the contract needs:
# docs/decisions/0018-probabilities.md.

locals {
  output_names     = ["predicted_label", "labels", "probability", "probabilities", "raw_score", "raw_scores", "predicted_score"]
  output_lists     = ["labels", "probabilities", "raw_scores"]
  selected_outputs = var.serving.outputs == null ? [] : [for name in split(",", lower(var.serving.outputs)) : trimspace(name)]

  needs_margins = contains(local.output_steps, "sigmoid")
  needed_outputs = lookup({
    regression = ["predicted_score"]
    binary     = local.needs_margins ? ["raw_score", "raw_scores"] : ["probability", "probabilities"]
    multiclass = ["probabilities", "predicted_label"]
  }, var.contract.output.kind, local.output_names)
  # CSV has no names: only a single number can be told from the others.
  needed_number = [for name in local.needed_outputs : name if !contains(local.output_lists, name)]
  accept        = trimspace(split(";", var.contract.payload.accept)[0])
  # serve_utils.py of aws/sagemaker-xgboost-container: JSON lines are written for selected outputs alone, and fail otherwise.
  xgboost_accepts = concat(["application/json", "text/csv"], var.serving.outputs == null ? [] : ["application/jsonlines"])

  # No objective returns the margins of several classes: multi:softprob returns probabilities, and multi:softmax the class.
  margin_steps = [for step in local.output_steps : step if contains(["softmax", "sigmoid"], step)]

  selected_outputs_problems = [for problem in [
    {
      when    = var.serving.algorithm == "xgboost" && var.contract.output.kind == "multiclass" && length(local.margin_steps) > 0
      message = "output.steps: the built-in xgboost image returns the probabilities of classes, and never their margins. Remove ${join(" and ", local.margin_steps)}."
    },
    {
      when = (
        var.serving.algorithm == "xgboost"
        && contains(local.accepted_types, local.accept)
        && !contains(local.xgboost_accepts, local.accept)
      )
      message = "payload.accept: the built-in xgboost image does not return ${local.accept}. Set ${join(" or ", local.xgboost_accepts)}."
    },
    {
      when    = length(setsubtract(local.selected_outputs, local.output_names)) > 0
      message = "model.environment.SAGEMAKER_INFERENCE_OUTPUT: ${join(", ", [for name in setsubtract(local.selected_outputs, local.output_names) : "\"${name}\""])} is unknown. Use ${join(", ", local.output_names)}."
    },
    {
      when = (
        var.serving.outputs != null
        && local.accept != "text/csv"
        && length(setintersection(local.selected_outputs, local.needed_outputs)) == 0
      )
      message = "model.environment.SAGEMAKER_INFERENCE_OUTPUT: output.kind ${var.contract.output.kind}${local.needs_margins ? " with the step sigmoid" : ""} needs ${join(" or ", local.needed_outputs)}. Add it."
    },
    {
      when = (
        var.serving.outputs != null
        && local.accept == "text/csv"
        && !(length(local.selected_outputs) == 1 && contains(local.needed_number, try(local.selected_outputs[0], "")))
      )
      message = "model.environment.SAGEMAKER_INFERENCE_OUTPUT: with payload.accept text/csv, whose fields have no names, set exactly ${join(" or ", local.needed_number)}; or accept application/json."
    },
  ] : problem.message if problem.when]
}
