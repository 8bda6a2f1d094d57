# The bike rental model as an audit would ask for it: everything encrypted with one key, in a VPC, behind a web ACL, called with AWS
# credentials, deployed by canaries that alarms roll back, and with code that is signed. Keys, network and the rest of variables.tf are
# foundation's, which is applied first: policies name them, and a plan with names that are not known yet cannot be checked.

provider "aws" {
  default_tags {
    tags = { Environment = "production", Owner = var.owner }
  }
}

module "account" {
  source = "../../modules/account"
}

locals {
  account = module.account.account
  network = { subnet_ids = var.subnet_ids, security_group_ids = [var.security_group_id] }

  # The module's own choice, and addresses of anonymizing services.
  rule_groups = [
    "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesAnonymousIpList",
  ]
}

module "service" {
  source = "../../"

  name        = var.name
  kms_key_arn = var.kms_key_arn
  contract    = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model       = { artifact = "s3://${aws_s3_object.model.bucket}/${aws_s3_object.model.key}" }

  capacity = {
    instances = { type = "ml.m5.large", count = 2 }
    update    = { blue_green = { canary = { percent = 50, wait_in_seconds = 300 } } }
  }

  handler = {
    reserved_concurrent_executions = 50
    code_signing_config_arn        = var.signing.config_arn
    dead_letter_target_arn         = var.dead_letter_queue_arn
    package                        = { s3 = { bucket = local.bucket, key = aws_signer_signing_job.handler.signed_object[0].s3[0].key } }
  }

  api = {
    auth                = { iam = {} }
    page                = false
    execution_log_level = "ERROR"
    firewall            = { managed_rule_groups = local.rule_groups }
    client_certificate  = true
    cache               = {}
  }

  network = { handler = local.network, endpoint = local.network }

  monitoring = {
    capture           = { s3_uri = "s3://${local.bucket}/captured", sampling_percent = 10 }
    alarm_action_arns = [aws_sns_topic.alarms.arn]
    alarms            = {}
  }
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn
}

# An event that the function did not process waits for somebody: docs/runbook.md says what to do.
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.name}-dead-letters"
  alarm_description   = "Asynchronous invocations of the function ${var.name} failed: its dead-letter queue has their events. See section dead-letters of docs/runbook.md in the module's source."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = reverse(split(":", var.dead_letter_queue_arn))[0] }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
