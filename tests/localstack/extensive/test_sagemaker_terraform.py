"""Terraform's AWS provider with the sandbox's SageMaker: every block of its three resources."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Any

import pytest
from hosting import Hosting, archive, constant, eventually, unique

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"
MAIN = """
variable "artifact" { type = string }

locals { suffix = substr(sha1(var.artifact), 0, 8) }

resource "aws_iam_role" "this" {
  name = "$name"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "sagemaker.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["cloudwatch:*", "ec2:*", "ecr:*", "kms:*", "s3:*", "sns:*"], Resource = "*" }]
  })
}

data "aws_sagemaker_prebuilt_ecr_image" "this" {
  repository_name = "sagemaker-xgboost"
  image_tag       = "3.0-5"
}

resource "aws_sagemaker_model" "isolated" {
  name                     = "$name-Isolated-$${local.suffix}"
  execution_role_arn       = aws_iam_role.this.arn
  enable_network_isolation = true
  tags                     = { a = "b" }

  primary_container {
    image              = data.aws_sagemaker_prebuilt_ecr_image.this.registry_path
    model_data_url     = var.artifact
    container_hostname = "primary"
    environment        = { A = "b" }
    image_config { repository_access_mode = "Platform" }
  }

  vpc_config {
    subnets            = ["subnet-1", "subnet-2"]
    security_group_ids = ["sg-1"]
  }

  lifecycle { create_before_destroy = true }
  depends_on = [aws_iam_role_policy.this]
}

resource "aws_sagemaker_model" "sourced" {
  name               = "$name-sourced-$${local.suffix}"
  execution_role_arn = aws_iam_role.this.arn

  container {
    image = data.aws_sagemaker_prebuilt_ecr_image.this.registry_path
    model_data_source {
      s3_data_source {
        s3_uri           = var.artifact
        s3_data_type     = "S3Object"
        compression_type = "Gzip"
      }
    }
  }

  inference_execution_config { mode = "Direct" }
  lifecycle { create_before_destroy = true }
  depends_on = [aws_iam_role_policy.this]
}

resource "aws_sagemaker_endpoint_configuration" "instances" {
  name_prefix = "$name-"
  kms_key_arn = "$key"
  tags        = { a = "b" }

  production_variants {
    variant_name                                      = "one"
    model_name                                        = aws_sagemaker_model.isolated.name
    instance_type                                     = "ml.m5.large"
    initial_instance_count                            = 2
    initial_variant_weight                            = 0.75
    volume_size_in_gb                                 = 20
    enable_ssm_access                                 = true
    container_startup_health_check_timeout_in_seconds = 120
    model_data_download_timeout_in_seconds            = 120
    inference_ami_version                             = "al2-ami-sagemaker-inference-gpu-2"
    core_dump_config { destination_s3_uri = "s3://models/dumps" }
    routing_config { routing_strategy = "LEAST_OUTSTANDING_REQUESTS" }
    managed_instance_scaling {
      status             = "ENABLED"
      min_instance_count = 1
      max_instance_count = 3
    }
  }

  production_variants {
    model_name             = aws_sagemaker_model.sourced.name
    instance_type          = "ml.m5.large"
    initial_instance_count = 1
  }

  async_inference_config {
    client_config { max_concurrent_invocations_per_instance = 4 }
    output_config {
      s3_output_path  = "s3://models/out"
      s3_failure_path = "s3://models/failed"
      kms_key_id      = "$key"
      notification_config {
        success_topic                 = "arn:aws:sns:us-east-1:000000000000:good"
        error_topic                   = "arn:aws:sns:us-east-1:000000000000:bad"
        include_inference_response_in = ["SUCCESS_NOTIFICATION_TOPIC"]
      }
    }
  }

  data_capture_config {
    initial_sampling_percentage = 50
    destination_s3_uri          = "s3://models/capture"
    enable_capture              = true
    kms_key_id                  = "$key"
    capture_options { capture_mode = "Input" }
    capture_options { capture_mode = "Output" }
    capture_content_type_header {
      csv_content_types  = ["text/csv"]
      json_content_types = ["application/json"]
    }
  }

  lifecycle { create_before_destroy = true }
}

resource "aws_sagemaker_endpoint" "instances" {
  name                 = "$name-Instances"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.instances.name
  tags                 = { a = "b" }

  deployment_config {
    auto_rollback_configuration {
      alarms { alarm_name = "errors" }
    }
    blue_green_update_policy {
      termination_wait_in_seconds          = 60
      maximum_execution_timeout_in_seconds = 1800
      traffic_routing_configuration {
        type                     = "CANARY"
        wait_interval_in_seconds = 60
        canary_size {
          type  = "CAPACITY_PERCENT"
          value = 10
        }
      }
    }
  }
}

resource "aws_sagemaker_endpoint_configuration" "serverless" {
  name_prefix = "$name-serverless-"

  production_variants {
    variant_name = "AllTraffic"
    model_name   = aws_sagemaker_model.sourced.name
    serverless_config {
      memory_size_in_mb       = 2048
      max_concurrency         = 5
      provisioned_concurrency = 1
    }
  }

  lifecycle { create_before_destroy = true }
}

resource "aws_sagemaker_endpoint" "serverless" {
  name                 = "$name-serverless"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.serverless.name
}

resource "aws_sagemaker_endpoint_configuration" "shadow" {
  name_prefix = "$name-shadow-"

  production_variants {
    variant_name           = "AllTraffic"
    model_name             = aws_sagemaker_model.sourced.name
    instance_type          = "ml.m5.large"
    initial_instance_count = 2
  }

  shadow_production_variants {
    variant_name           = "shadow"
    model_name             = aws_sagemaker_model.isolated.name
    instance_type          = "ml.m5.large"
    initial_instance_count = 1
    initial_variant_weight = 0.5
  }

  lifecycle { create_before_destroy = true }
}

resource "aws_sagemaker_endpoint" "shadow" {
  name                 = "$name-shadow"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.shadow.name

  deployment_config {
    rolling_update_policy {
      wait_interval_in_seconds = 60
      maximum_batch_size {
        type  = "INSTANCE_COUNT"
        value = 1
      }
      rollback_maximum_batch_size {
        type  = "CAPACITY_PERCENT"
        value = 50
      }
    }
  }
}
"""


@pytest.fixture(scope="module")
def hosting(sandbox: Sandbox) -> Hosting:
    return Hosting(sandbox.url, account="000000000000")


def test_every_block_applies_updates_plans_empty_and_is_destroyed(hosting: Hosting, terraform: Callable[..., Any]) -> None:
    name = unique("tf")
    module = terraform("examples/every-block", {"main.tf": Template(MAIN).substitute(name=name, key=KEY)})

    module.apply(artifact=hosting.artifact(archive(("xgboost-model", constant(1)))))
    assert module.changes() == ""
    assert hosting.prediction(f"{name}-serverless") == 1

    module.apply(artifact=hosting.artifact(archive(("xgboost-model", constant(2)))))
    assert {hosting.prediction(f"{name}-{kind}") for kind in ("serverless", "shadow")} == {2}
    assert len(hosting.sagemaker.list_models(NameContains=name)["Models"]) == 2
    assert len(hosting.sagemaker.list_endpoint_configs(NameContains=name)["EndpointConfigs"]) == 3

    module.destroy()
    assert hosting.sagemaker.list_models(NameContains=name)["Models"] == []
    assert hosting.sagemaker.list_endpoint_configs(NameContains=name)["EndpointConfigs"] == []
    # the provider does not wait until an endpoint is deleted
    eventually(lambda: hosting.sagemaker.list_endpoints(NameContains=name)["Endpoints"], lambda listed: not listed)
