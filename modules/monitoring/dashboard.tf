# From top (are callers served?) to bottom (why not?).

locals {
  endpoint_name = var.endpoint.enabled ? var.endpoint.name : ""

  api_metrics = {
    for metric in ["Count", "5XXError", "4XXError", "Latency"] :
    metric => ["AWS/ApiGateway", metric, "ApiName", try(var.api.name, ""), "Stage", try(var.api.stage_name, "")]
  }
  function_metrics = {
    for metric in ["Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"] :
    metric => ["AWS/Lambda", metric, "FunctionName", var.function.name]
  }
  queue_metrics = {
    for metric in ["ApproximateBacklogSize", "ApproximateAgeOfOldestRequest"] :
    metric => ["AWS/SageMaker", metric, "EndpointName", local.endpoint_name]
  }
  handler_metrics = {
    for metric in ["Requests", "Rows", "Latency", "ModelLatency"] :
    metric => [var.function.metrics_namespace, metric, "EndpointName", local.endpoint_name]
  }
  variant_namespaces = {
    Invocations         = "AWS/SageMaker"
    Invocation4XXErrors = "AWS/SageMaker"
    Invocation5XXErrors = "AWS/SageMaker"
    ModelLatency        = "AWS/SageMaker"
    OverheadLatency     = "AWS/SageMaker"
    CPUUtilization      = "/aws/sagemaker/Endpoints"
    MemoryUtilization   = "/aws/sagemaker/Endpoints"
    DiskUtilization     = "/aws/sagemaker/Endpoints"
  }
  variant_metrics = {
    for metric, namespace in local.variant_namespaces : metric => [
      for variant in keys(var.endpoint.variants) : [namespace, metric, "EndpointName", local.endpoint_name, "VariantName", variant]
    ]
  }

  # One row of charts for each question. A metric with its own statistic carries it in its last element.
  dashboard_rows = [for row in [
    {
      title = "Are callers served?"
      charts = [for chart in [
        { title = "Requests a minute", stat = "Sum", metrics = [concat(local.api_metrics["Count"], [{ label = "requests" }])] },
        {
          title   = "Share of errors"
          stat    = "Average"
          metrics = [concat(local.api_metrics["5XXError"], [{ label = "5xx" }]), concat(local.api_metrics["4XXError"], [{ label = "4xx" }])]
        },
        {
          title = "Latency, ms"
          stat  = "p99"
          metrics = [
            concat(local.api_metrics["Latency"], [{ stat = "p50", label = "half of the requests" }]),
            concat(local.api_metrics["Latency"], [{ label = "99 %" }]),
          ]
        },
      ] : chart if var.api != null]
    },
    {
      title = "Which problems do they get?"
      charts = [for chart in [
        {
          title = "Problems by code"
          stat  = "Sum"
          metrics = [[{
            expression = "SEARCH('{\"${var.function.metrics_namespace}\",Code,EndpointName} MetricName=\"Faults\" EndpointName=\"${local.endpoint_name}\"', 'Sum', 60)"
            label      = ""
            id         = "problems"
          }]]
        },
        {
          title = "Rows a minute"
          stat  = "Sum"
          metrics = [
            concat(local.handler_metrics["Rows"], [{ label = "rows" }]),
            concat(local.handler_metrics["Requests"], [{ label = "requests" }]),
          ]
        },
        {
          title = "Time in function and model, ms"
          stat  = "Average"
          metrics = [
            concat(local.handler_metrics["Latency"], [{ label = "function" }]),
            concat(local.handler_metrics["ModelLatency"], [{ label = "waiting for the model" }]),
          ]
        },
      ] : chart if var.endpoint.enabled]
    },
    {
      title = "Has the data changed?"
      charts = [for chart in [
        { title = "Shift from the training data", stat = "Sum", shown = length(local.drift_features) > 0, metrics = concat(
          [concat(local.drift_rows, [{ id = "rows", visible = false }])],
          [for index, name in local.drift_features : [{ expression = "shift${index} / rows", label = name, id = "feature${index}" }]],
          [
            for index, name in local.drift_features : concat(local.drift_metric["Shift"][name], [{ id = "shift${index}", visible = false }])
          ],
        ) },
        {
          title   = "Values that training did not have"
          stat    = "Sum"
          shown   = length(local.drift_features) > 0
          metrics = [for name in local.drift_features : concat(local.drift_metric["Outside"][name], [{ label = name }])]
        },
        {
          title = "Predictions by band of the training data"
          stat  = "Sum"
          shown = length(local.drift_outputs) > 0
          metrics = [[{
            expression = "SEARCH('{\"${var.function.metrics_namespace}\",Band,EndpointName,Output} MetricName=\"Predictions\" EndpointName=\"${local.endpoint_name}\"', 'Sum', 60)"
            label      = ""
            id         = "bands"
          }]]
        },
      ] : { title = chart.title, stat = chart.stat, metrics = chart.metrics } if chart.shown]
    },
    {
      title = "Is it the function?"
      charts = [
        {
          title = "Invocations a minute"
          stat  = "Sum"
          metrics = [
            for metric in ["Invocations", "Errors", "Throttles"] : concat(local.function_metrics[metric], [{ label = lower(metric) }])
          ]
        },
        {
          title = "Duration, ms"
          stat  = "p99"
          metrics = [
            concat(local.function_metrics["Duration"], [{ stat = "p50", label = "half of the invocations" }]),
            concat(local.function_metrics["Duration"], [{ label = "99 %" }]),
          ]
        },
        {
          title   = "Concurrent invocations"
          stat    = "Maximum"
          metrics = [concat(local.function_metrics["ConcurrentExecutions"], [{ label = "at once" }])]
        },
      ]
    },
    {
      title = "Is it the queue?"
      charts = [for chart in [
        {
          title   = "Backlog"
          stat    = "Average"
          metrics = [concat(local.queue_metrics["ApproximateBacklogSize"], [{ label = "requests" }])]
        },
        {
          title   = "Age of the oldest request, s"
          stat    = "Maximum"
          metrics = [concat(local.queue_metrics["ApproximateAgeOfOldestRequest"], [{ label = "seconds" }])]
        },
      ] : chart if var.endpoint.mode == "async" && length(var.endpoint.variants) > 0]
    },
    {
      title = "Is it the model?"
      charts = [for chart in [
        {
          title   = "Invocations a minute"
          stat    = "Sum"
          metrics = local.variant_metrics["Invocations"]
          modes   = ["instances", "serverless"]
        },
        {
          title   = "Share of errors"
          stat    = "Average"
          metrics = concat(local.variant_metrics["Invocation5XXErrors"], local.variant_metrics["Invocation4XXErrors"])
          modes   = ["instances", "serverless", "async"]
        },
        {
          title   = "Model latency, µs"
          stat    = "p99"
          metrics = local.variant_metrics["ModelLatency"]
          modes   = ["instances", "serverless", "async"]
        },
        {
          title   = "SageMaker's overhead, µs"
          stat    = "p99"
          metrics = local.variant_metrics["OverheadLatency"]
          modes   = ["instances", "serverless"]
        },
        {
          title = "Memory and disk, %"
          stat  = "Average"
          metrics = concat(
            local.variant_metrics["MemoryUtilization"],
            var.endpoint.mode == "serverless" ? [] : local.variant_metrics["DiskUtilization"],
          )
          modes = ["instances", "serverless", "async"]
        },
        {
          title   = "CPU, % of one core"
          stat    = "Average"
          metrics = local.variant_metrics["CPUUtilization"]
          modes   = ["instances", "async"]
        },
      ] : chart if contains(chart.modes, var.endpoint.mode) && length(var.endpoint.variants) > 0]
    },
  ] : row if length(row.charts) > 0]

  # A heading is one unit high, and a chart six; three charts beside each other fill the width of 24.
  row_heights = [for row in local.dashboard_rows : 1 + 6 * ceil(length(row.charts) / 3)]
  row_tops    = [for index in range(length(local.dashboard_rows)) : 3 + sum(concat([0], slice(local.row_heights, 0, index)))]

  widgets = concat(
    [{
      type   = "alarm"
      x      = 0
      y      = 0
      width  = 24
      height = 3
      properties = {
        title  = "Alarms"
        alarms = concat(values(aws_cloudwatch_composite_alarm.this)[*].arn, values(aws_cloudwatch_metric_alarm.this)[*].arn)
      }
    }],
    flatten([for index, row in local.dashboard_rows : concat(
      [{ type = "text", x = 0, y = local.row_tops[index], width = 24, height = 1, properties = { markdown = "## ${row.title}" } }],
      [for position, chart in row.charts : {
        type   = "metric"
        x      = 8 * (position % 3)
        y      = local.row_tops[index] + 1 + 6 * floor(position / 3)
        width  = 8
        height = 6
        properties = {
          title   = chart.title
          region  = var.region
          view    = "timeSeries"
          stat    = chart.stat
          period  = 60
          metrics = chart.metrics
          yAxis   = { left = { min = 0 } }
        }
      }],
    )]),
    [{
      type   = "log"
      x      = 0
      y      = 3 + sum(local.row_heights)
      width  = 24
      height = 6
      properties = {
        title  = "The last problems"
        region = var.region
        view   = "table"
        query  = "SOURCE '${var.function.log_group_name}' | filter ispresent(code) and ispresent(status) | fields @timestamp, status, code, request_id | sort @timestamp desc | limit 20"
      }
    }],
  )
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = local.widgets })
}
