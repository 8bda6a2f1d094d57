# modules/endpoint: model, configuration, endpoint, and the role that they run with.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name                     = "bikes"
  tags                     = {}
  kms_key_arn              = null
  permissions_boundary_arn = null
  log_retention_in_days    = 365
  capacity                 = { instances = { type = "ml.m5.large", count = 2 }, serverless = null }
  model = {
    artifact           = "s3://models/bikes/1/model.tar.gz"
    algorithm_version  = "3.0-5"
    image_uri          = null
    environment        = {}
    network_isolation  = true
    execution_role_arn = null
  }
}

run "stock_image_on_instances" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  assert {
    condition     = one(aws_sagemaker_model.this.primary_container).image == "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5"
    error_message = "Without image_uri the model runs AWS's stock XGBoost image of the Region."
  }

  assert {
    condition     = aws_sagemaker_model.this.enable_network_isolation
    error_message = "The container is isolated from the network."
  }

  assert {
    condition     = one(aws_sagemaker_endpoint_configuration.this.production_variants).initial_instance_count == 2
    error_message = "The configuration asks for the given number of instances."
  }

  assert {
    condition     = aws_sagemaker_endpoint.this.name == "bikes"
    error_message = "The endpoint's name is fixed: clients know it."
  }

  assert {
    condition     = can(regex("^bikes-[0-9a-f]{8}$", output.model_name)) && can(regex("^bikes-[0-9a-f]{8}$", output.config_name))
    error_message = "Model and configuration carry a digest of their content."
  }

  assert {
    condition     = output.arn == "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bikes"
    error_message = "The endpoint's ARN is known before it is made."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/sagemaker/Endpoints/bikes" && aws_cloudwatch_log_group.this.retention_in_days == 365
    error_message = "The container's log group is the one that SageMaker writes to, with retention."
  }
}

run "the_role_reads_one_artifact" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  assert {
    condition = aws_iam_role_policy.this["artifact"].policy == jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Sid = "ReadTheModelArtifact", Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::models/bikes/1/model.tar.gz" }]
    })
    error_message = aws_iam_role_policy.this["artifact"].policy
  }
}

run "the_role_pulls_one_image" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this["image"].policy).Statement[0].Resource == "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"
    error_message = "Stock images lie in a registry account of AWS's, which the role must name."
  }

  assert {
    condition = (
      jsondecode(aws_iam_role_policy.this["image"].policy).Statement[1].Effect == "Deny"
      && jsondecode(aws_iam_role_policy.this["image"].policy).Statement[1].NotResource == "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"
    )
    error_message = "What the managed policy grants beyond the image's repository is taken back."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.registry_login[0].policy_arn == "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
    error_message = "The login to the registry comes from AWS's pull-only policy."
  }
}

run "the_role_writes_one_log_group" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.this["logging"].policy).Statement[0].Resource == [
      "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bikes",
      "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bikes:log-stream:*",
    ]
    error_message = aws_iam_role_policy.this["logging"].policy
  }
}

run "only_sagemaker_of_this_account_takes_the_role" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  assert {
    condition = jsondecode(aws_iam_role.this[0].assume_role_policy).Statement[0] == {
      Sid       = "SageMakerAssumesTheRole"
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "sagemaker.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    }
    error_message = aws_iam_role.this[0].assume_role_policy
  }
}

run "another_artifact_is_another_model_and_configuration" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    model = {
      artifact           = "s3://models/bikes/2/model.tar.gz"
      algorithm_version  = "3.0-5"
      image_uri          = null
      environment        = {}
      network_isolation  = true
      execution_role_arn = null
    }
  }

  assert {
    condition     = output.model_name != run.stock_image_on_instances.model_name && output.config_name != run.stock_image_on_instances.config_name
    error_message = "A new artifact must reach the endpoint through a new model and a new configuration."
  }
}

run "another_count_is_another_configuration_of_the_same_model" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 3 }, serverless = null }
  }

  assert {
    condition     = output.model_name == run.stock_image_on_instances.model_name && output.config_name != run.stock_image_on_instances.config_name
    error_message = "The count belongs to the configuration alone."
  }
}

run "tags_change_no_name" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    tags = { team = "bikes" }
  }

  assert {
    condition     = output.model_name == run.stock_image_on_instances.model_name && output.config_name == run.stock_image_on_instances.config_name
    error_message = "Tags are changed in place."
  }
}

run "own_image" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    model = {
      artifact           = "s3://models/bikes/1/model.tar.gz"
      algorithm_version  = "3.0-5"
      image_uri          = "210987654321.dkr.ecr.us-east-1.amazonaws.com/team/model:7"
      environment        = { A = "1" }
      network_isolation  = true
      execution_role_arn = null
    }
  }

  assert {
    condition     = output.image_uri == "210987654321.dkr.ecr.us-east-1.amazonaws.com/team/model:7" && length(data.aws_sagemaker_prebuilt_ecr_image.this) == 0
    error_message = "A given image is used as it is, and the stock one is not looked up."
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.this["image"].policy).Statement[0].Resource == "arn:aws:ecr:us-east-1:210987654321:repository/team/model"
    error_message = "The role may pull from the given image's repository, wherever it is."
  }
}

run "given_role" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    model = {
      artifact           = "s3://models/bikes/1/model.tar.gz"
      algorithm_version  = "3.0-5"
      image_uri          = null
      environment        = {}
      network_isolation  = true
      execution_role_arn = "arn:aws:iam::123456789012:role/given"
    }
  }

  assert {
    condition     = length(aws_iam_role.this) == 0 && aws_sagemaker_model.this.execution_role_arn == "arn:aws:iam::123456789012:role/given"
    error_message = "A given role is used, and none is made."
  }
}

run "serverless" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    capacity    = { instances = null, serverless = { memory_size_in_mb = 2048, max_concurrency = 5, provisioned_concurrency = 1 } }
  }

  assert {
    condition = one(one(aws_sagemaker_endpoint_configuration.this.production_variants).serverless_config) == {
      memory_size_in_mb = 2048, max_concurrency = 5, provisioned_concurrency = 1
    }
    error_message = "The variant is serverless as asked."
  }

  assert {
    condition     = one(aws_sagemaker_endpoint_configuration.this.production_variants).instance_type == null && aws_sagemaker_endpoint_configuration.this.kms_key_arn == null
    error_message = "A serverless endpoint has no instances, and so no volumes to encrypt."
  }
}

run "key_and_boundary" {
  command = plan

  module {
    source = "./modules/endpoint"
  }

  variables {
    kms_key_arn              = "arn:aws:kms:eu-west-1:123456789012:key/1"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this.kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/1" && aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/1"
    error_message = "The key encrypts volumes and log."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.this["key"].policy).Statement : statement.Resource == "arn:aws:kms:eu-west-1:123456789012:key/1"])
    error_message = "The role may use this key and no other."
  }

  assert {
    condition     = aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "The role has the boundary."
  }
}
