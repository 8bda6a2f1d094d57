# Do requests and predictions still look like the training data? The handler's own metrics: lambda/src/prediction_api/drift.py.

locals {
  # One, if drift is measured and the endpoint is on.
  drift          = [for drift in var.drift[*] : drift if var.endpoint.enabled]
  drift_features = flatten(local.drift[*].features)
  drift_outputs  = compact(local.drift[*].output)

  drift_subjects = merge(
    { for name in local.drift_features : "feature/${name}" => {
      name       = "the feature ${name}"
      dimensions = { EndpointName = var.endpoint.name, Feature = name }
    } },
    { for name in local.drift_outputs : "prediction" => {
      name       = "the prediction ${name}"
      dimensions = { EndpointName = var.endpoint.name, Output = name }
    } },
  )

  # For the dashboard.
  drift_rows = [var.function.metrics_namespace, "CountedRows", "EndpointName", local.endpoint_name]
  drift_metric = { for metric in ["Shift", "Outside"] : metric => {
    for name in local.drift_features :
    name => [var.function.metrics_namespace, metric, "EndpointName", local.endpoint_name, "Feature", name]
  } }

  # Sums over the window, so that quiet and busy minutes, and all environments of the function, count by their rows.
  drift_alarms = { for key, subject in local.drift_subjects : "drift-${key}" => {
    severity    = "warning"
    description = "${subject.name} differs from the training data by more than ${var.alarms.drift}"
    runbook     = "drift"
    threshold   = var.alarms.drift
    period      = 60 * var.alarms.drift_window_in_minutes
    periods     = 1
    expression  = "IF(rows >= ${var.alarms.drift_rows}, MAX([ABS(shift), ABS(spread), 4 * outside]) / rows, 0)"
    metrics = {
      rows    = { name = "CountedRows", dimensions = key == "prediction" ? subject.dimensions : { EndpointName = var.endpoint.name } }
      shift   = { name = "Shift", dimensions = subject.dimensions }
      spread  = { name = "Spread", dimensions = subject.dimensions }
      outside = { name = "Outside", dimensions = subject.dimensions }
    }
  } }
}
