output "alarm_names" {
  description = "Names of the metric alarms, by their key in the runbook; alarms of a variant end with its name."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }
}

output "composite_alarm_arns" {
  description = "ARNs of the composite alarms by severity, critical and warning."
  value       = { for severity, alarm in aws_cloudwatch_composite_alarm.this : severity => alarm.arn }
}

output "dashboard_name" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
