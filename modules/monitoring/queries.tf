# Saved queries of CloudWatch Logs Insights.

locals {
  access_logs = var.api[*].log_group_name

  queries = { for name, query in {
    "by request ID" = {
      log_group_names = concat(local.access_logs, [var.function.log_group_name])
      query           = <<-EOT
        # Replace REQUEST_ID with the value of the response's header x-request-id.
        fields @timestamp, @log, @message
        | filter @message like "REQUEST_ID"
        | sort @timestamp asc
      EOT
    }
    "problems by code" = {
      log_group_names = [var.function.log_group_name]
      query           = <<-EOT
        filter ispresent(code) and ispresent(status)
        | stats count(*) as requests, max(@timestamp) as latest by code, status
        | sort requests desc
      EOT
    }
    # The function's line of a request: lambda/src/prediction_api/metrics.py.
    "slowest requests" = {
      log_group_names = [var.function.log_group_name]
      query           = <<-EOT
        filter ispresent(Requests) and ispresent(Latency)
        | fields @timestamp, request_id, Latency, decode_ms, invoke_ms, encode_ms, Rows, request_bytes, variant, model, Code
        | sort Latency desc
        | limit 25
      EOT
    }
  } : name => query }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = local.queries

  name            = "${var.name}/${each.key}"
  log_group_names = each.value.log_group_names
  query_string    = each.value.query
}
