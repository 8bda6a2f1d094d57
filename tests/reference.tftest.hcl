# modules/reference: the function that returns the files of the API reference.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  account                  = { id = "123456789012", partition = "aws", region = "eu-west-1" }
  name                     = "bikes"
  tags                     = {}
  kms_key_arn              = null
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  log_retention_in_days    = 365
  architecture             = "arm64"
}

run "function" {
  command = plan

  module {
    source = "./modules/reference"
  }

  assert {
    condition = (
      aws_lambda_function.this.source_code_hash == filebase64sha256("modules/reference/reference.zip")
      && one(aws_lambda_function.this.tracing_config).mode == "Active"
    )
    error_message = "A new archive is deployed, and calls are traced."
  }

  assert {
    condition = (
      toset(flatten([for policy in values(aws_iam_role_policy.this) : jsondecode(policy.policy).Statement[*].Action]))
      == toset(["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments"])
    )
    error_message = "The function may write its log and its traces, and nothing else."
  }

  assert {
    condition = (
      aws_iam_role.this.permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
      && aws_cloudwatch_log_group.this.retention_in_days == 365
    )
    error_message = "Its role is bounded, and its log expires."
  }

  assert {
    condition     = output.function_arn == "arn:aws:lambda:eu-west-1:123456789012:function:bikes-docs"
    error_message = output.function_arn
  }
}
