# SageMaker's models, configurations and endpoints, their alarms, and the scaling of the endpoint.

locals {
  endpoint_arn = "${local.here["sagemaker"]}endpoint/${local.generation}"
  model_arns = [
    "${local.here["sagemaker"]}model/${local.generation}",
    "${local.here["sagemaker"]}endpoint-config/${local.generation}",
    local.endpoint_arn,
  ]

  scalable_target_arn  = "${local.here["application-autoscaling"]}scalable-target/*" # the name is an ID that AWS chooses
  scaling_alarm_arn    = "${local.here["cloudwatch"]}alarm:TargetTracking-endpoint/${local.generation}/variant/*"
  scaling_role_service = "sagemaker.application-autoscaling.amazonaws.com"

  # With monitoring.alarms, they have no common beginning but the name.
  alarm_arn = "${local.here["cloudwatch"]}alarm:${var.name}-${local.uses.alarms ? "" : "endpoint-"}*"

  model_statements = [
    {
      when     = local.uses.endpoint
      read     = true
      Sid      = "ReadTheModel"
      Action   = ["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel", "sagemaker:ListTags"]
      Resource = local.model_arns
    },
    {
      when = local.uses.endpoint
      read = false
      Sid  = "ManageTheModel"
      Action = [
        "sagemaker:AddTags",
        "sagemaker:CreateEndpoint",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:CreateModel",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
        "sagemaker:DeleteTags",
        "sagemaker:UpdateEndpoint",
      ]
      Resource = local.model_arns
    },
    {
      when     = local.uses.endpoint || local.uses.alarms
      read     = true
      Sid      = "ReadTheAlarms"
      Action   = concat(local.uses.alarms ? [] : ["cloudwatch:DescribeAlarms"], ["cloudwatch:ListTagsForResource"])
      Resource = local.alarm_arn
    },
    {
      # Of composite alarms as well (CloudWatch API Reference, DescribeAlarms: only with a permission that is scoped to *).
      when     = local.uses.alarms
      read     = true
      Sid      = "DescribeAlarms"
      Action   = "cloudwatch:DescribeAlarms"
      Resource = "*"
    },
    {
      when     = local.uses.endpoint || local.uses.alarms
      read     = false
      Sid      = "ManageTheAlarms"
      Action   = ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
      Resource = local.alarm_arn
    },
    {
      # CloudWatch API Reference, PutCompositeAlarm: only with a permission that is scoped to *.
      when     = local.uses.alarms
      read     = false
      Sid      = "PutCompositeAlarms"
      Action   = "cloudwatch:PutCompositeAlarm"
      Resource = "*"
    },
    {
      when     = local.uses.alarms
      read     = true
      Sid      = "ReadTheDashboard"
      Action   = "cloudwatch:GetDashboard"
      Resource = local.dashboard_arn
    },
    {
      when     = local.uses.alarms
      read     = false
      Sid      = "ManageTheDashboard"
      Action   = ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"]
      Resource = local.dashboard_arn
    },
    {
      when = local.uses.autoscaling
      read = true
      Sid  = "DescribeTheScaling"
      Action = [
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:DescribeScheduledActions",
      ]
      Resource = "*" # these actions have no resource type
    },
    {
      when     = local.uses.autoscaling
      read     = true
      Sid      = "ReadTagsOfTheScaling"
      Action   = "application-autoscaling:ListTagsForResource"
      Resource = local.scalable_target_arn
    },
    {
      when = local.uses.autoscaling
      read = false
      Sid  = "ManageTheScaling"
      Action = [
        "application-autoscaling:DeleteScalingPolicy",
        "application-autoscaling:DeleteScheduledAction",
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:PutScheduledAction",
        "application-autoscaling:RegisterScalableTarget",
      ]
      Resource  = local.scalable_target_arn
      Condition = { StringEquals = { "application-autoscaling:service-namespace" = "sagemaker" } }
    },
    {
      when     = local.uses.autoscaling
      read     = false
      Sid      = "TagTheScaling"
      Action   = ["application-autoscaling:TagResource", "application-autoscaling:UntagResource"]
      Resource = local.scalable_target_arn
    },
    # Application Auto Scaling asks for the caller's own permissions on the endpoint and on the alarms that it creates (Application Auto
    # Scaling User Guide, "Permissions validation for API calls on target resources"; SageMaker Developer Guide, "Auto scaling
    # prerequisites").
    {
      when     = local.uses.autoscaling
      read     = false
      Sid      = "ScaleTheEndpoint"
      Action   = "sagemaker:UpdateEndpointWeightsAndCapacities"
      Resource = local.endpoint_arn
    },
    {
      when     = local.uses.autoscaling
      read     = false
      Sid      = "ManageAlarmsOfTheScaling"
      Action   = ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"]
      Resource = local.scaling_alarm_arn
    },
    {
      when      = local.uses.autoscaling
      read      = false
      Sid       = "CreateTheRoleOfTheScaling"
      Action    = "iam:CreateServiceLinkedRole"
      Resource  = "arn:${local.account.partition}:iam::${local.account.id}:role/aws-service-role/${local.scaling_role_service}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
      Condition = { StringEquals = { "iam:AWSServiceName" = local.scaling_role_service } }
    },
  ]

  dashboard_arn = "arn:${local.account.partition}:cloudwatch::${local.account.id}:dashboard/${var.name}"
}
