# modules/handler: the function, its environment and its role.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  account                  = { id = "123456789012", partition = "aws", region = "eu-west-1" }
  name                     = "bikes"
  tags                     = {}
  kms_key_arn              = null
  permissions_boundary_arn = null
  endpoint = {
    name    = "bikes-1a2b3c4d"
    arn     = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes-????????"
    managed = true
  }
  contract = "H4sI"
  vpc      = null
  handler = {
    architecture                   = "arm64"
    memory_size_in_mb              = 512
    timeout_in_seconds             = 28
    http_seconds                   = 28
    cors_origins                   = []
    reserved_concurrent_executions = null
    log_retention_in_days          = 365
    metrics_namespace              = "SageMakerApi/bikes"
    layers                         = []
    adapter                        = null
    contract_bucket                = null
    limits = {
      rows_per_request                = 10000
      rows_per_call                   = 5000
      bytes_per_call                  = 5000000
      concurrent_calls                = 4
      attempt_timeout_in_milliseconds = 10000
      attempts_per_call               = 2
      async_timeout_in_seconds        = 3600
    }
    package = { path = null, s3 = null }
  }
}

run "plain_function" {
  command = plan

  module {
    source = "./modules/handler"
  }

  assert {
    condition = one(aws_lambda_function.this.environment).variables == tomap({
      ENDPOINT_NAME     = "bikes-1a2b3c4d"
      CONTRACT          = "H4sI"
      METRICS_NAMESPACE = "SageMakerApi/bikes"
      LIMITS            = "{\"attempt_timeout_in_milliseconds\":10000,\"attempts_per_call\":2,\"bytes_per_call\":5000000,\"concurrent_calls\":4,\"rows_per_call\":5000,\"rows_per_request\":10000}"
    })
    error_message = jsonencode(one(aws_lambda_function.this.environment).variables)
  }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == filebase64sha256("lambda/dist/handler.zip")
    error_message = "The function's code is the zip of this module."
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "python3.13" && aws_lambda_function.this.handler == "prediction_api.handler.handler"
    error_message = "Provider 5.100 accepts the runtime, and the entry point is that of the package."
  }

  assert {
    condition     = one(aws_lambda_function.this.tracing_config).mode == "Active"
    error_message = "Requests are traced."
  }

  assert {
    condition     = aws_lambda_function.this.publish && aws_lambda_alias.this.name == "live"
    error_message = "Every change is a published version behind an alias."
  }

  assert {
    condition     = output.alias_arn == "arn:aws:lambda:eu-west-1:123456789012:function:bikes:live"
    error_message = "The alias's ARN is known before it is made."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/bikes" && aws_cloudwatch_log_group.this.retention_in_days == 365
    error_message = "The log group has retention."
  }
}

run "the_role_invokes_one_endpoint" {
  command = plan

  module {
    source = "./modules/handler"
  }

  assert {
    condition = aws_iam_role_policy.this["invoke"].policy == jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid      = "InvokeTheEndpoint"
        Effect   = "Allow"
        Action   = "sagemaker:InvokeEndpoint"
        Resource = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes-????????"
      }]
    })
    error_message = aws_iam_role_policy.this["invoke"].policy
  }
}

run "the_role_writes_one_log" {
  command = plan

  module {
    source = "./modules/handler"
  }

  assert {
    condition = aws_iam_role_policy.this["logging"].policy == jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Sid      = "WriteTheLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bikes:*"
      }]
    })
    error_message = aws_iam_role_policy.this["logging"].policy
  }
}

run "the_role_puts_metrics_of_one_namespace" {
  command = plan

  module {
    source = "./modules/handler"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this["metrics"].policy).Statement[0] == {
      Sid       = "PutMetricsOfOneNamespace"
      Effect    = "Allow"
      Action    = "cloudwatch:PutMetricData"
      Resource  = "*"
      Condition = { StringEquals = { "cloudwatch:namespace" = "SageMakerApi/bikes" } }
    }
    error_message = aws_iam_role_policy.this["metrics"].policy
  }
}

run "the_role_holds_nothing_else" {
  command = plan

  module {
    source = "./modules/handler"
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy.this)) == toset(["health", "invoke", "logging", "metrics", "tracing"])
    error_message = join(", ", keys(aws_iam_role_policy.this))
  }
}

run "the_requests_of_the_last_endpoint_end_before_it_is_deleted" {
  command = plan

  module {
    source = "./modules/handler"
  }

  assert {
    condition = (
      jsonencode([for drain in aws_lambda_invocation.drain : [drain.qualifier, drain.input, drain.triggers]])
      == jsonencode([["live", "{\"drain\":true}", { endpoint = "bikes-1a2b3c4d" }]])
    )
    error_message = jsonencode(aws_lambda_invocation.drain)
  }
}

run "nothing_waits_in_the_only_execution" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    handler = {
      architecture                   = "arm64"
      memory_size_in_mb              = 512
      timeout_in_seconds             = 28
      http_seconds                   = 28
      cors_origins                   = []
      reserved_concurrent_executions = 1
      log_retention_in_days          = 365
      metrics_namespace              = "SageMakerApi/bikes"
      layers                         = []
      adapter                        = null
      contract_bucket                = null
      limits = {
        rows_per_request                = 10000
        rows_per_call                   = 5000
        bytes_per_call                  = 5000000
        concurrent_calls                = 4
        attempt_timeout_in_milliseconds = 10000
        attempts_per_call               = 2
        async_timeout_in_seconds        = 3600
      }
      package = { path = null, s3 = null }
    }
  }

  assert {
    condition     = length(aws_lambda_invocation.drain) == 0
    error_message = "The wait would take the only execution from the API."
  }
}

run "an_existing_endpoint_is_never_waited_for" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    endpoint = { name = "Theirs", arn = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/theirs" }
  }

  assert {
    condition     = length(aws_lambda_invocation.drain) == 0
    error_message = "It is not deleted."
  }
}

run "an_endpoint_that_is_off_is_not_invoked" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    endpoint = { name = null, arn = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes-????????", enabled = false, managed = true }
  }

  assert {
    condition     = one(aws_lambda_function.this.environment).variables["ENDPOINT_OFF"] == "true"
    error_message = "The function's settings say that there is no endpoint."
  }

  assert {
    condition     = one(aws_lambda_function.this.environment).variables["ENDPOINT_NAME"] == "bikes"
    error_message = "Metrics keep a name while there is no endpoint."
  }

  assert {
    condition     = aws_lambda_invocation.drain[0].triggers.endpoint == "off"
    error_message = "The last endpoint's requests end before it is deleted."
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy.this)) == toset(["health", "invoke", "logging", "metrics", "tracing"])
    error_message = join(", ", keys(aws_iam_role_policy.this))
  }
}

run "an_asynchronous_endpoint_is_called_by_way_of_s3" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    endpoint = {
      name = "bikes"
      arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes"
      async = {
        input_s3_uri   = "s3://calls/bikes/input"
        output_s3_uri  = "s3://calls/bikes/output"
        failure_s3_uri = "s3://calls/bikes/failure"
      }
    }
  }

  assert {
    condition = jsondecode(one(aws_lambda_function.this.environment).variables["ASYNC"]) == {
      input_s3_uri       = "s3://calls/bikes/input"
      timeout_in_seconds = 3600
    }
    error_message = one(aws_lambda_function.this.environment).variables["ASYNC"]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this["invoke"].policy).Statement[0] == {
      Sid      = "InvokeTheEndpoint"
      Effect   = "Allow"
      Action   = "sagemaker:InvokeEndpointAsync"
      Resource = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes"
    }
    error_message = aws_iam_role_policy.this["invoke"].policy
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this["requests"].policy).Statement[0] == {
      Sid = "PutRequests", Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::calls/bikes/input/*"
    }
    error_message = aws_iam_role_policy.this["requests"].policy
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this["results"].policy).Statement[0] == {
      Sid      = "ReadReceiptsAndResults"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = ["arn:aws:s3:::calls/bikes/input/receipts/*", "arn:aws:s3:::calls/bikes/output/*", "arn:aws:s3:::calls/bikes/failure/*"]
    }
    error_message = aws_iam_role_policy.this["results"].policy
  }

  assert {
    condition = toset(keys(aws_iam_role_policy.this)) == toset([
      "health", "invoke", "requests", "results", "logging", "metrics", "tracing"
    ])
    error_message = join(", ", keys(aws_iam_role_policy.this))
  }
}

run "results_of_an_asynchronous_endpoint_that_is_off_are_still_read" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    endpoint = {
      name    = "bikes"
      arn     = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes"
      enabled = false
      async = {
        input_s3_uri   = "s3://calls/bikes/input"
        output_s3_uri  = "s3://calls/bikes/output"
        failure_s3_uri = "s3://calls/bikes/failure"
      }
    }
  }

  assert {
    condition     = contains(keys(aws_iam_role_policy.this), "results") && contains(keys(aws_iam_role_policy.this), "invoke")
    error_message = join(", ", keys(aws_iam_role_policy.this))
  }
}

run "a_key_encrypts_asynchronous_requests" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    endpoint = {
      name = "bikes"
      arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes"
      async = {
        input_s3_uri   = "s3://calls/bikes/input"
        output_s3_uri  = "s3://calls/bikes/output"
        failure_s3_uri = "s3://calls/bikes/failure"
      }
    }
  }

  assert {
    condition = (
      jsondecode(one(aws_lambda_function.this.environment).variables["ASYNC"]).kms_key_arn
      == "arn:aws:kms:eu-west-1:123456789012:key/1"
    )
    error_message = one(aws_lambda_function.this.environment).variables["ASYNC"]
  }

  assert {
    condition = (
      [
        for statement in flatten([for made in aws_iam_role_policy.this : jsondecode(made.policy).Statement]) : statement
        if statement.Sid == "EncryptRequests"
      ]
      == [{
        Sid      = "EncryptRequests"
        Effect   = "Allow"
        Action   = "kms:GenerateDataKey"
        Resource = "arn:aws:kms:eu-west-1:123456789012:key/1"
      }]
    )
    error_message = jsonencode(values(aws_iam_role_policy.this)[*].policy)
  }
}

run "further_keys_encrypt_the_buckets" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    contract = format("%05000d", 0)
    handler = {
      architecture                   = "arm64"
      memory_size_in_mb              = 512
      timeout_in_seconds             = 28
      http_seconds                   = 28
      cors_origins                   = []
      reserved_concurrent_executions = null
      log_retention_in_days          = 365
      metrics_namespace              = "SageMakerApi/bikes"
      layers                         = []
      adapter                        = null
      contract_bucket                = "given"
      kms_key_arns                   = ["arn:aws:kms:eu-west-1:123456789012:key/2"]
      limits = {
        rows_per_request                = 10000
        rows_per_call                   = 5000
        bytes_per_call                  = 5000000
        concurrent_calls                = 4
        attempt_timeout_in_milliseconds = 10000
        attempts_per_call               = 2
        async_timeout_in_seconds        = 3600
      }
      package = { path = null, s3 = null }
    }
  }

  assert {
    condition = (
      jsonencode([
        for statement in jsondecode(aws_iam_role_policy.this["logging"].policy).Statement : [statement.Action, statement.Resource]
        if statement.Sid == "UseTheKeysOfTheBuckets"
      ])
      == jsonencode([[["kms:Decrypt"], ["arn:aws:kms:eu-west-1:123456789012:key/2"]]])
    )
    error_message = aws_iam_role_policy.this["logging"].policy
  }
}

run "dead_letters_go_to_one_queue" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    handler = {
      architecture                   = "arm64"
      memory_size_in_mb              = 512
      timeout_in_seconds             = 28
      http_seconds                   = 28
      cors_origins                   = []
      reserved_concurrent_executions = null
      log_retention_in_days          = 365
      metrics_namespace              = "SageMakerApi/bikes"
      layers                         = []
      adapter                        = null
      contract_bucket                = null
      kms_key_arns                   = ["arn:aws:kms:eu-west-1:123456789012:key/2"]
      dead_letter_target_arn         = "arn:aws:sqs:eu-west-1:123456789012:failed"
      limits = {
        rows_per_request                = 10000
        rows_per_call                   = 5000
        bytes_per_call                  = 5000000
        concurrent_calls                = 4
        attempt_timeout_in_milliseconds = 10000
        attempts_per_call               = 2
        async_timeout_in_seconds        = 3600
      }
      package = { path = null, s3 = null }
    }
  }

  assert {
    condition     = one(aws_lambda_function.this.dead_letter_config).target_arn == "arn:aws:sqs:eu-west-1:123456789012:failed"
    error_message = "Lambda sends the events there."
  }

  assert {
    condition = (
      jsonencode([
        for statement in jsondecode(aws_iam_role_policy.this["logging"].policy).Statement :
        [statement.Sid, statement.Action, statement.Resource]
        if statement.Sid != "WriteTheLog"
      ])
      == jsonencode([
        ["ReadTheEnvironment", "kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1"],
        ["EncryptRequests", "kms:GenerateDataKey", "arn:aws:kms:eu-west-1:123456789012:key/1"],
        ["UseTheKeysOfTheBuckets", ["kms:Decrypt", "kms:GenerateDataKey"], ["arn:aws:kms:eu-west-1:123456789012:key/2"]],
        ["SendDeadLetters", "sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:failed"],
      ])
    )
    error_message = aws_iam_role_policy.this["logging"].policy
  }
}

run "a_topic_gets_the_dead_letters_instead_of_a_queue" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    handler = {
      architecture                   = "arm64"
      memory_size_in_mb              = 512
      timeout_in_seconds             = 28
      http_seconds                   = 28
      cors_origins                   = []
      reserved_concurrent_executions = null
      log_retention_in_days          = 365
      metrics_namespace              = "SageMakerApi/bikes"
      layers                         = []
      adapter                        = null
      contract_bucket                = null
      kms_key_arns                   = []
      dead_letter_target_arn         = "arn:aws:sns:eu-west-1:123456789012:failed"
      limits = {
        rows_per_request                = 10000
        rows_per_call                   = 5000
        bytes_per_call                  = 5000000
        concurrent_calls                = 4
        attempt_timeout_in_milliseconds = 10000
        attempts_per_call               = 2
        async_timeout_in_seconds        = 3600
      }
      package = { path = null, s3 = null }
    }
  }

  assert {
    condition = (
      jsonencode([
        for statement in jsondecode(aws_iam_role_policy.this["logging"].policy).Statement : [statement.Action, statement.Resource]
        if statement.Sid == "SendDeadLetters"
      ])
      == jsonencode([["sns:Publish", "arn:aws:sns:eu-west-1:123456789012:failed"]])
    )
    error_message = aws_iam_role_policy.this["logging"].policy
  }
}

run "a_vpc_brings_its_subnets_and_its_policies" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    vpc = { subnet_ids = ["subnet-1", "subnet-2"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = one(aws_lambda_function.this.vpc_config).subnet_ids == toset(["subnet-1", "subnet-2"])
    error_message = "The function is in the given subnets."
  }

  assert {
    condition = (
      {
        for name, policy in aws_iam_role_policy.this : name => jsondecode(policy.policy).Statement[0].Resource
        if startswith(name, "network")
      }
      == {
        network_description = "*"
        network_creation = [
          "arn:aws:ec2:eu-west-1:*:subnet/subnet-1",
          "arn:aws:ec2:eu-west-1:*:subnet/subnet-2",
          "arn:aws:ec2:eu-west-1:*:security-group/sg-1",
          "arn:aws:ec2:eu-west-1:123456789012:network-interface/*",
        ]
        network_interfaces = "arn:aws:ec2:eu-west-1:123456789012:*/*"
      }
    )
    error_message = jsonencode(values(aws_iam_role_policy.this)[*].policy)
  }
}

run "a_key_encrypts_environment_and_log" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
  }

  assert {
    condition = (
      aws_lambda_function.this.kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/1"
      && aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/1"
    )
    error_message = "Both are encrypted with the key."
  }

  assert {
    condition = (
      [
        for statement in flatten([for made in aws_iam_role_policy.this : jsondecode(made.policy).Statement]) : statement
        if statement.Sid == "ReadTheEnvironment"
      ]
      == [{ Sid = "ReadTheEnvironment", Effect = "Allow", Action = "kms:Decrypt", Resource = "arn:aws:kms:eu-west-1:123456789012:key/1" }]
    )
    error_message = jsonencode(values(aws_iam_role_policy.this)[*].policy)
  }
}

run "a_contract_that_just_fits_stays_in_the_environment" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    # 4096 less 222 bytes of the other variables and CONTRACT's name, and 49 more that a longer endpoint's name might have
    contract = format("%03816d", 0)
  }

  assert {
    condition = (
      sum([for key, value in one(aws_lambda_function.this.environment).variables : length(key) + length(value)]) == 4096 - 49
      && length(aws_s3_object.contract) == 0
    )
    error_message = "${sum([for key, value in one(aws_lambda_function.this.environment).variables : length(key) + length(value)])} bytes"
  }
}

run "a_byte_more_goes_to_a_private_bucket" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    contract = format("%03817d", 0)
    tags     = { for number in range(11) : "tag${number}" => "bikes" }
  }

  assert {
    condition = can(regex(
      "^s3://bikes-contract-[0-9a-f]{8}/bikes/contract-[0-9a-f]{8}\\.json\\.gz$",
      one(aws_lambda_function.this.environment).variables["CONTRACT"],
    ))
    error_message = one(aws_lambda_function.this.environment).variables["CONTRACT"]
  }

  assert {
    condition = (
      aws_s3_object.contract[0].content_base64 == var.contract
      && aws_s3_bucket_public_access_block.contract[0].restrict_public_buckets
    )
    error_message = "The object holds the contract, in a bucket that is closed to the public."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.contract[0].policy).Statement[0].Condition == {
      Bool = { "aws:SecureTransport" = "false" }
    }
    error_message = "The bucket denies requests without TLS."
  }

  assert {
    condition = (
      try(length(aws_s3_object.contract[0].tags), 0) == 0
      && length(aws_s3_object.contract[0].override_provider[0].default_tags[0].tags) == 0
      && length(aws_s3_bucket.contract[0].tags) > 10
    )
    error_message = "An object may have 10 tags at most, so it has none: ${jsonencode(aws_s3_object.contract[0].override_provider)}"
  }

  assert {
    condition = startswith(
      jsondecode(aws_iam_role_policy.this["contract"].policy).Statement[0].Resource,
      "arn:aws:s3:::bikes-contract-",
    )
    error_message = "The role may read it."
  }
}

run "a_given_bucket_takes_the_large_contract" {
  command = plan

  module {
    source = "./modules/handler"
  }

  variables {
    contract = format("%05000d", 0)
    handler = {
      architecture                   = "x86_64"
      memory_size_in_mb              = 1024
      timeout_in_seconds             = 20
      http_seconds                   = 28
      cors_origins                   = []
      reserved_concurrent_executions = 5
      log_retention_in_days          = 30
      metrics_namespace              = "Team"
      layers                         = ["arn:aws:lambda:eu-west-1:123456789012:layer:adapter:1"]
      adapter                        = "team.adapter"
      contract_bucket                = "given"
      limits = {
        rows_per_request                = 10
        rows_per_call                   = 5
        bytes_per_call                  = 5000
        concurrent_calls                = 1
        attempt_timeout_in_milliseconds = 1000
        attempts_per_call               = 1
        async_timeout_in_seconds        = 60
      }
      package = {
        path = null
        s3   = { bucket = "code", key = "handler.zip", object_version = "7", source_code_hash = "c2hhMjU2" }
      }
    }
  }

  assert {
    condition     = aws_s3_object.contract[0].bucket == "given" && length(aws_s3_bucket.contract) == 0
    error_message = "No bucket is made beside a given one."
  }

  assert {
    condition     = one(aws_lambda_function.this.environment).variables["ADAPTER"] == "team.adapter"
    error_message = "The function's settings name the adapter."
  }

  assert {
    condition = (
      aws_lambda_function.this.filename == null
      && aws_lambda_function.this.s3_bucket == "code"
      && aws_lambda_function.this.s3_key == "handler.zip"
      && aws_lambda_function.this.s3_object_version == "7"
      && aws_lambda_function.this.source_code_hash == "c2hhMjU2"
    )
    error_message = "The code comes from S3."
  }

  assert {
    condition = (
      aws_lambda_function.this.architectures[0] == "x86_64"
      && aws_lambda_function.this.memory_size == 1024
      && aws_lambda_function.this.timeout == 20
      && aws_lambda_function.this.reserved_concurrent_executions == 5
      && aws_cloudwatch_log_group.this.retention_in_days == 30
    )
    error_message = "The function has the given size."
  }
}
