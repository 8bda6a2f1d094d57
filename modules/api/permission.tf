# The routes whose requests the stages may pass to the function.

locals {
  # The star stands for the ID of a request.
  function_routes = merge(
    { PredictionsOfTheApi = "POST/predictions", HealthOfTheApi = "GET/health" },
    { for route in var.asynchronous ? ["GET/predictions/*"] : [] : "ResultsOfTheApi" => route },
  )
  permitted_routes = merge(
    { for name, route in local.function_routes : name => "${var.api.stage_name}/${route}" },
    [
      for stage in keys(var.api.further_stages) : { for name, route in local.function_routes : "${name}-${stage}" => "${stage}/${route}" }
    ]...
  )
}

resource "aws_lambda_permission" "route" {
  for_each = local.permitted_routes

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = var.function.name
  qualifier     = var.function.alias_name
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/${each.value}"
}

moved {
  from = aws_lambda_permission.this
  to   = aws_lambda_permission.route["PredictionsOfTheApi"]
}

moved {
  from = aws_lambda_permission.result[0]
  to   = aws_lambda_permission.route["ResultsOfTheApi"]
}
