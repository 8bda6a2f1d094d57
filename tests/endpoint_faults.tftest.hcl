# Everything that model, capacity and monitoring may not be, word for word, beside its accepted neighbour. modules/serving
# holds no resource, so that a run needs no provider and takes no time.

variables {
  name  = "bikes"
  model = { artifact = "s3://models/bikes/model.tar.gz" }
}

# One way to serve

run "no_way_to_serve_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = {}
  }

  assert {
    condition     = join("\n", output.problems) == "capacity: set exactly one of instances, serverless, async and existing, not none. For example: capacity = { instances = { type = \"ml.m5.large\", count = 1 } }"
    error_message = join("\n", output.problems)
  }
}

run "two_ways_to_serve_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { instances = {}, serverless = {} }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity: set exactly one of instances, serverless, async and existing, not instances and serverless. For example: capacity = { instances = { type = \"ml.m5.large\", count = 1 } }"
    error_message = join("\n", output.problems)
  }
}

run "machines_by_default_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_way_to_serve_that_is_switched_off_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { enabled = false, instances = {} }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# An endpoint that is made elsewhere

run "a_missing_model_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = null
  }

  assert {
    condition     = join("\n", output.problems) == "model: missing. Set model = { artifact = \"s3://bucket/model.tar.gz\" }, or capacity = { existing = { name = \"...\" } } for an existing endpoint."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_without_a_model_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = "theirs" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_that_is_switched_off_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { enabled = false, existing = { name = "theirs" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_a_model_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { existing = { name = "theirs" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model: not supported with capacity.existing: the endpoint already serves a model. Remove it."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_by_arn_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/theirs" } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.existing.name: not the name of an endpoint. Set 1 to 63 letters, digits and hyphens, not an ARN."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_a_name_of_64_characters_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = format("%064d", 0) } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.existing.name: not the name of an endpoint. Set 1 to 63 letters, digits and hyphens, not an ARN."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_a_name_of_63_characters_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = format("%063d", 0) } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_autoscaling_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = "theirs", autoscaling = { maximum = 2 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.existing.autoscaling: not supported: an existing endpoint is scaled where it is created. Remove it."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_an_update_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = "theirs" }, update = { blue_green = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update: not supported with capacity.existing: the endpoint is updated where it is created. Remove it."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_a_rolling_update_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = "theirs" }, update = { rolling = { percent = 50 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update: not supported with capacity.existing: the endpoint is updated where it is created. Remove it."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_capture_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model      = null
    capacity   = { existing = { name = "theirs" } }
    monitoring = { capture = { s3_uri = "s3://captured/bikes" } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture: not supported with capacity.existing: the endpoint's own configuration decides what is captured. Remove it."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_with_alarms_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model      = null
    capacity   = { existing = { name = "theirs" } }
    monitoring = { rollback = { alarm_names = ["mine"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.rollback.alarm_names: not supported with capacity.existing: the endpoint is updated where it is created. Remove them."
    error_message = join("\n", output.problems)
  }
}

run "an_existing_endpoint_in_a_vpc_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = null
    capacity = { existing = { name = "theirs" } }
    vpc      = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = join("\n", output.problems) == "network.endpoint: not supported with capacity.existing: the endpoint's VPC is set where the endpoint is created. Remove it."
    error_message = join("\n", output.problems)
  }
}

# Models

run "an_artifact_by_https_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "https://models.s3.amazonaws.com/model.tar.gz" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.artifact: \"https://models.s3.amazonaws.com/model.tar.gz\" is not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
    error_message = join("\n", output.problems)
  }
}

run "a_folder_as_artifact_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.artifact: \"s3://models/bikes/\" is not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
    error_message = join("\n", output.problems)
  }
}

run "an_artifact_with_a_wildcard_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/*/model.tar.gz" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.artifact: \"s3://models/*/model.tar.gz\" is not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
    error_message = join("\n", output.problems)
  }
}

run "a_model_of_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = {}
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances: no model. Set model.artifact, or set model.image_uri to an image that contains its model."
    error_message = join("\n", output.problems)
  }
}

run "an_image_that_holds_its_model_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes:7" }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "latest_as_version_of_xgboost_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm_version = "latest" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.algorithm_version: \"latest\" is not a version of the built-in XGBoost image. Set a version like \"3.0-5\" or \"1.7-1\"."
    error_message = join("\n", output.problems)
  }
}

run "an_older_version_of_xgboost_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm_version = "1.7-1" }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_algorithm_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "catboost" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.algorithm: \"catboost\" is unknown. Set one of blazingtext, deepar, factorization-machines, huggingface-pytorch-inference, huggingface-tensorflow-inference, image-classification, ipinsights, kmeans, knn, lda, linear-learner, mxnet-inference, ntm, object-detection, object2vec, pca, pytorch-inference, randomcutforest, scikit-learn, semantic-segmentation, seq2seq, sparkml-serving, tensorflow-inference, xgboost, or set image_uri."
    error_message = join("\n", output.problems)
  }
}

run "another_algorithm_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "linear-learner" }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_framework_without_a_version_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "scikit-learn" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.algorithm_version: required for scikit-learn, which has no default. Set the tag of the image, like \"2.3.0-cpu-py311-ubuntu20.04-sagemaker\"."
    error_message = join("\n", output.problems)
  }
}

run "a_framework_with_a_version_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "scikit-learn", algorithm_version = "1.2-1-cpu-py3" }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_framework_in_an_image_of_ones_own_needs_no_version" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "pytorch-inference", image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes:7" }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_framework_in_a_package_needs_no_version" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { algorithm = "pytorch-inference", package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_version_of_xgboost_that_is_no_tag_is_refused_once" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm_version = "3.0 5" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.algorithm_version: \"3.0 5\" is not a version of the built-in XGBoost image. Set a version like \"3.0-5\" or \"1.7-1\"."
    error_message = join("\n", output.problems)
  }
}

run "a_version_that_is_no_tag_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "knn", algorithm_version = "1:2" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.algorithm_version: \"1:2\" is not a valid image tag."
    error_message = join("\n", output.problems)
  }
}

run "a_tag_of_129_characters_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "knn", algorithm_version = format("%0129d", 0) }
  }

  assert {
    condition     = join("\n", output.problems) == "model.algorithm_version: \"${format("%0129d", 0)}\" is not a valid image tag."
    error_message = join("\n", output.problems)
  }
}

run "a_tag_of_128_characters_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", algorithm = "knn", algorithm_version = format("%0128d", 0) }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_image_outside_of_ecr_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", image_uri = "docker.io/team/bikes:7" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.image_uri: not an image in ECR. Set a URI with a tag or a digest, like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag."
    error_message = join("\n", output.problems)
  }
}

run "an_image_without_a_tag_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes" }
  }

  assert {
    condition     = join("\n", output.problems) == "model.image_uri: not an image in ECR. Set a URI with a tag or a digest, like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag."
    error_message = join("\n", output.problems)
  }
}

run "an_image_by_digest_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes@sha256:0000000000000000000000000000000000000000000000000000000000000000" }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_container_variable_with_a_hyphen_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { "LOG-LEVEL" = "20" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.environment: \"LOG-LEVEL\" cannot be the name of a variable. Use letters, digits and underscores, and do not start with a digit."
    error_message = join("\n", output.problems)
  }
}

run "a_container_variable_of_1025_characters_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { A = format("%1025s", "a") } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.environment: too many or too long variables. SageMaker accepts at most 100 variables of at most 1024 characters each."
    error_message = join("\n", output.problems)
  }
}

run "a_container_variable_of_1024_characters_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { A = format("%1024s", "a") } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_container_variable_with_a_name_of_1025_characters_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { (format("A%01024d", 0)) = "" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.environment: too many or too long variables. SageMaker accepts at most 100 variables of at most 1024 characters each."
    error_message = join("\n", output.problems)
  }
}

run "a_container_variable_with_a_name_of_1024_characters_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { (format("A%01023d", 0)) = "" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_environment_of_101_variables_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { for i in range(101) : "A${i}" => "" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.environment: too many or too long variables. SageMaker accepts at most 100 variables of at most 1024 characters each."
    error_message = join("\n", output.problems)
  }
}

run "an_environment_of_100_variables_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { for i in range(100) : "A${i}" => "" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_environment_of_32_kb_and_a_byte_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = merge({ A = "" }, { for n in range(32) : format("K%03d", n) => format("%01020d", 0) }) }
  }

  assert {
    condition     = join("\n", output.problems) == "model.environment: larger than 32 KB in total. Move large values into the artifact."
    error_message = join("\n", output.problems)
  }
}

run "an_environment_of_32_kb_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { for n in range(32) : format("K%03d", n) => format("%01020d", 0) } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_environment_of_33_kb_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", environment = { for i in range(33) : "A${i}" => format("%1024s", "a") } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.environment: larger than 32 KB in total. Move large values into the artifact."
    error_message = join("\n", output.problems)
  }
}

run "an_execution_role_by_name_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", execution_role = { arn = "bikes" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.execution_role.arn: not the ARN of an IAM role. Set an ARN like arn:aws:iam::123456789012:role/name."
    error_message = join("\n", output.problems)
  }
}

run "an_execution_role_by_arn_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", execution_role = { arn = "arn:aws:iam::123456789012:role/bikes" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_package_beside_an_artifact_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.package: a model package contains its artifact and image. Remove model.artifact and model.image_uri, or move them into package, which lets the role read them."
    error_message = join("\n", output.problems)
  }
}

run "a_package_beside_an_image_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes:7", package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.package: a model package contains its artifact and image. Remove model.artifact and model.image_uri, or move them into package, which lets the role read them."
    error_message = join("\n", output.problems)
  }
}

run "a_package_of_several_models_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1" }, multi_model = {} }
  }

  assert {
    condition     = join("\n", output.problems) == "model.multi_model: not supported with model.package, which contains one model. Set artifact = \"s3://bucket/prefix/\" instead of package."
    error_message = join("\n", output.problems)
  }
}

run "a_package_by_name_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { package = { arn = "bikes" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.package.arn: not the ARN of a model package. Set an ARN with a version, like arn:aws:sagemaker:eu-west-1:123456789012:model-package/name/1."
    error_message = join("\n", output.problems)
  }
}

run "a_package_with_a_folder_as_artifact_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1", artifact = "s3://models/bikes/" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.package.artifact: not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
    error_message = join("\n", output.problems)
  }
}

run "a_package_with_an_image_outside_of_ecr_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1", image_uri = "bikes:7" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.package.image_uri: not an image in ECR. Set a URI with a tag or a digest, like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag."
    error_message = join("\n", output.problems)
  }
}

run "a_package_with_what_its_role_reads_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1", artifact = "s3://models/bikes/model.tar.gz", image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes:7" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "several_models_in_one_object_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/model.tar.gz", multi_model = {} }
  }

  assert {
    condition     = join("\n", output.problems) == "model.artifact: with multi_model, set the S3 prefix that contains the models, with a trailing slash: s3://bucket/models/"
    error_message = join("\n", output.problems)
  }
}

run "several_models_below_a_prefix_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model = { artifact = "s3://models/bikes/", multi_model = {} }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# Variants and shadow

run "a_variant_with_a_hyphen_at_its_end_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { "old-" = {} } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.old-: \"old-\" is not a valid variant name. Use 1 to 63 letters, digits and single hyphens; start and end with a letter or digit."
    error_message = join("\n", output.problems)
  }
}

run "a_variant_with_a_name_of_64_characters_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { a = {}, (format("%064d", 0)) = {} } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.${format("%064d", 0)}: \"${format("%064d", 0)}\" is not a valid variant name. Use 1 to 63 letters, digits and single hyphens; start and end with a letter or digit."
    error_message = join("\n", output.problems)
  }
}

run "a_variant_with_a_name_of_63_characters_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { a = {}, (format("%063d", 0)) = {} } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "eleven_variants_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { for i in range(11) : "v${i}" => {} } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants: an endpoint has at most 10 variants, and this has 11."
    error_message = join("\n", output.problems)
  }
}

run "ten_variants_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { for i in range(10) : "v${i}" => {} } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "half_a_weight_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = { weight = 0.5 }, new = {} } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.old: weight 0.5 is not a whole number of at least 0. SageMaker rounds fractions, which would show as a change in every plan: set 9 and 1 instead of 0.9 and 0.1."
    error_message = join("\n", output.problems)
  }
}

run "a_negative_weight_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { a = {}, b = { weight = -1 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.b: weight -1 is not a whole number of at least 0. SageMaker rounds fractions, which would show as a change in every plan: set 9 and 1 instead of 0.9 and 0.1."
    error_message = join("\n", output.problems)
  }
}

run "weights_of_nothing_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = { weight = 0 }, new = { weight = 0 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants: every weight is 0, so no variant would get requests. Set a weight above 0."
    error_message = join("\n", output.problems)
  }
}

run "a_variant_without_requests_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = { weight = 0 }, new = {} } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_instance_type_of_ec2_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "m5.large" } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances: type \"m5.large\" is not an instance type for hosting. Set a type like ml.m5.large."
    error_message = join("\n", output.problems)
  }
}

run "an_instance_type_of_ec2_for_a_variant_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = {}, new = { type = "m5.large" } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.new: type \"m5.large\" is not an instance type for hosting. Set a type like ml.m5.large."
    error_message = join("\n", output.problems)
  }
}

run "no_instance_at_all_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 0 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances: count must be a whole number of at least 1. To pay nothing while idle, use capacity.serverless."
    error_message = join("\n", output.problems)
  }
}

run "half_an_instance_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 1.5 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances: count must be a whole number of at least 1. To pay nothing while idle, use capacity.serverless."
    error_message = join("\n", output.problems)
  }
}

run "three_instances_of_another_type_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.c7i.4xlarge", count = 3 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_variant_with_a_folder_as_artifact_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = {}, new = { artifact = "s3://models/bikes/" } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.new: artifact is not the S3 URI of one object. Set a URI like s3://bucket/path/model.tar.gz."
    error_message = join("\n", output.problems)
  }
}

run "a_variant_with_an_image_outside_of_ecr_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = {}, new = { image_uri = "bikes:7" } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.new: image_uri is not an image in ECR. Set a URI with a tag or a digest, like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag."
    error_message = join("\n", output.problems)
  }
}

run "a_variant_with_artifact_and_image_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = {}, new = { artifact = "s3://models/bikes/2/model.tar.gz", image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/bikes:7", type = "ml.c7i.large", count = 2 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_variant_of_several_models_with_one_object_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/", multi_model = {} }
    capacity = { instances = { variants = { old = {}, new = { artifact = "s3://models/model.tar.gz" } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.new: artifact is not the S3 URI of a prefix. Set a URI with a trailing slash, like s3://bucket/models/."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_beside_two_variants_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = {}, new = {} }, shadow = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow: SageMaker supports a shadow for a single production variant, and this endpoint has 2. Remove variants or shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_beside_one_variant_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { percent = 1, artifact = "s3://models/bikes/2/model.tar.gz" } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_beside_several_models_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/", multi_model = {} }
    capacity = { instances = { shadow = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow: not supported with several models. Remove model.multi_model or shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_of_the_marketplace_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:985815980388:model-package/theirs/1" } }
    capacity = { instances = { shadow = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow: not supported with a model package from AWS Marketplace. Use variants, or remove shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_on_inf1_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { type = "ml.inf1.xlarge" } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow: not supported on ml.inf1 instances. Set another type, or remove shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_beside_inf1_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.inf1.xlarge", shadow = { type = "ml.m5.large" } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow: not supported on ml.inf1 instances. Set another type, or remove shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_on_inf2_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { type = "ml.inf2.xlarge" } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_with_the_name_of_the_variant_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { name = "primary" } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow.name: \"primary\" is the name of the production variant. Set another name."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_of_no_request_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { percent = 0 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow.percent: not a whole number from 1 to 100. To copy no requests, remove shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_of_more_than_all_requests_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { percent = 101 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow.percent: not a whole number from 1 to 100. To copy no requests, remove shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_of_one_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { percent = 1 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_of_half_a_percent_more_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { percent = 10.5 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.shadow.percent: not a whole number from 1 to 100. To copy no requests, remove shadow."
    error_message = join("\n", output.problems)
  }
}

run "a_shadow_of_all_requests_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { shadow = { percent = 100, type = "ml.c7i.large" } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_routing_strategy_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { routing_strategy = "ROUND_ROBIN" } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.routing_strategy: \"ROUND_ROBIN\" is unknown. Set LEAST_OUTSTANDING_REQUESTS or RANDOM."
    error_message = join("\n", output.problems)
  }
}

run "routing_to_the_least_busy_instance_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { routing_strategy = "LEAST_OUTSTANDING_REQUESTS" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "managed_scaling_to_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { managed_scaling = { minimum = 0, maximum = 0 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.managed_scaling: set 0 <= minimum <= maximum, and a maximum of at least 1."
    error_message = join("\n", output.problems)
  }
}

run "managed_scaling_below_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { managed_scaling = { minimum = -1, maximum = 2 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.managed_scaling: set 0 <= minimum <= maximum, and a maximum of at least 1."
    error_message = join("\n", output.problems)
  }
}

run "managed_scaling_beside_autoscaling_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { managed_scaling = { maximum = 2 }, autoscaling = { maximum = 2, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.managed_scaling: not supported with autoscaling: both would set the number of instances. Remove one of them."
    error_message = join("\n", output.problems)
  }
}

run "managed_scaling_alone_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { managed_scaling = { minimum = 0, maximum = 1 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_volume_of_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { volume_size_in_gb = 0 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.volume_size_in_gb: not a whole number from 1 to 512."
    error_message = join("\n", output.problems)
  }
}

run "a_volume_of_half_a_gb_more_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { volume_size_in_gb = 1.5 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.volume_size_in_gb: not a whole number from 1 to 512."
    error_message = join("\n", output.problems)
  }
}

run "a_volume_of_1_gb_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { volume_size_in_gb = 1 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_volume_of_513_gb_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { volume_size_in_gb = 513 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.volume_size_in_gb: not a whole number from 1 to 512."
    error_message = join("\n", output.problems)
  }
}

run "a_volume_of_512_gb_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { volume_size_in_gb = 512 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_volume_for_a_type_with_storage_of_its_own_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.g5.xlarge", volume_size_in_gb = 64 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.volume_size_in_gb: not supported by ml.g5.xlarge, which has local storage. Remove it."
    error_message = join("\n", output.problems)
  }
}

run "a_download_of_an_hour_and_a_second_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { model_data_download_timeout_in_seconds = 3601 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.model_data_download_timeout_in_seconds: must be 60 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "a_download_of_59_seconds_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { model_data_download_timeout_in_seconds = 59 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.model_data_download_timeout_in_seconds: must be 60 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "a_start_of_59_seconds_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { container_startup_health_check_timeout_in_seconds = 59 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.container_startup_health_check_timeout_in_seconds: must be 60 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "a_start_of_an_hour_and_a_second_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", container_startup_health_check_timeout_in_seconds = 3601 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.container_startup_health_check_timeout_in_seconds: must be 60 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "a_download_of_a_minute_and_a_start_of_an_hour_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", model_data_download_timeout_in_seconds = 60, container_startup_health_check_timeout_in_seconds = 3600 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_download_of_an_hour_and_a_start_of_a_minute_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { model_data_download_timeout_in_seconds = 3600, container_startup_health_check_timeout_in_seconds = 60 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_key_for_types_with_and_without_storage_of_their_own_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    capacity    = { instances = { variants = { old = {}, new = { type = "ml.m5d.large" } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.type: SageMaker rejects kms_key_arn for ml.m5d.large, whose local storage is encrypted by hardware, and the volumes of ml.m5.large need it. Use only types with local storage or only types without."
    error_message = join("\n", output.problems)
  }
}

run "a_key_for_types_with_storage_of_their_own_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    capacity    = { instances = { type = "ml.m5d.large" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "types_with_and_without_storage_of_their_own_are_taken_without_a_key" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { a = { type = "ml.g5.xlarge" }, b = { type = "ml.m5.large" } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_key_for_types_with_volumes_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1"
    capacity    = { instances = { variants = { a = { type = "ml.c5.large" }, b = { type = "ml.m5.large" } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_without_a_security_group_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    vpc = { subnet_ids = ["subnet-1"], security_group_ids = [] }
  }

  assert {
    condition     = join("\n", output.problems) == "network.endpoint: set 1 to 16 subnets and 1 to 5 security groups. With subnets in two Availability Zones the endpoint survives the loss of one."
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_without_a_subnet_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    vpc = { subnet_ids = [], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = join("\n", output.problems) == "network.endpoint: set 1 to 16 subnets and 1 to 5 security groups. With subnets in two Availability Zones the endpoint survives the loss of one."
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_of_17_subnets_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    vpc = { subnet_ids = [for i in range(17) : "subnet-${i}"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = join("\n", output.problems) == "network.endpoint: set 1 to 16 subnets and 1 to 5 security groups. With subnets in two Availability Zones the endpoint survives the loss of one."
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_of_6_security_groups_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    vpc = { subnet_ids = ["subnet-1"], security_group_ids = [for n in range(6) : "sg-${n}"] }
  }

  assert {
    condition     = join("\n", output.problems) == "network.endpoint: set 1 to 16 subnets and 1 to 5 security groups. With subnets in two Availability Zones the endpoint survives the loss of one."
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_of_1_subnet_and_1_security_group_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    vpc = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_of_16_subnets_and_5_security_groups_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    vpc = { subnet_ids = [for i in range(16) : "subnet-${i}"], security_group_ids = [for i in range(5) : "sg-${i}"] }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# Serverless

run "serverless_memory_between_steps_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { memory_size_in_mb = 1536 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.memory_size_in_mb: must be 1024, 2048, 3072, 4096, 5120 or 6144."
    error_message = join("\n", output.problems)
  }
}

run "serverless_memory_of_3_gb_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { memory_size_in_mb = 3072 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "serverless_memory_of_4_gb_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { memory_size_in_mb = 4096 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "serverless_memory_of_5_gb_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { memory_size_in_mb = 5120 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_serverless_concurrency_of_201_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { max_concurrency = 201 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.max_concurrency: not a whole number from 1 to 200."
    error_message = join("\n", output.problems)
  }
}

run "a_serverless_concurrency_of_0_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { max_concurrency = 0 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.max_concurrency: not a whole number from 1 to 200."
    error_message = join("\n", output.problems)
  }
}

run "half_a_serverless_concurrency_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { max_concurrency = 1.5 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.max_concurrency: not a whole number from 1 to 200."
    error_message = join("\n", output.problems)
  }
}

run "more_provisioned_than_allowed_concurrency_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { max_concurrency = 2, provisioned_concurrency = 3 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.provisioned_concurrency: not a whole number from 1 to max_concurrency. To provision nothing, remove it."
    error_message = join("\n", output.problems)
  }
}

run "no_provisioned_concurrency_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 0 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.provisioned_concurrency: not a whole number from 1 to max_concurrency. To provision nothing, remove it."
    error_message = join("\n", output.problems)
  }
}

run "half_a_provisioned_concurrency_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1.5 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.provisioned_concurrency: not a whole number from 1 to max_concurrency. To provision nothing, remove it."
    error_message = join("\n", output.problems)
  }
}

run "the_largest_serverless_endpoint_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { memory_size_in_mb = 6144, max_concurrency = 200, provisioned_concurrency = 200 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "the_smallest_serverless_endpoint_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { memory_size_in_mb = 1024, max_concurrency = 1 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "serverless_with_network_isolation_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { serverless = {} }
  }

  assert {
    condition     = join("\n", output.problems) == "model.network_isolation: not supported by serverless endpoints. Set model = { network_isolation = false }, or use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

run "serverless_in_a_vpc_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = {} }
    vpc      = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = join("\n", output.problems) == "network.endpoint: not supported by serverless endpoints. Remove it, or use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

run "serverless_with_capture_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model      = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity   = { serverless = {} }
    monitoring = { capture = { s3_uri = "s3://captured/bikes" } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture: not supported by serverless endpoints. Remove it, or use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

run "serverless_variants_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { variants = { old = {}, new = {} } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.variants: not supported: a serverless endpoint has one variant. Use capacity.instances.variants."
    error_message = join("\n", output.problems)
  }
}

run "a_serverless_shadow_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { shadow = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.shadow: not supported by serverless endpoints. Use capacity.instances.shadow."
    error_message = join("\n", output.problems)
  }
}

run "serverless_on_a_gpu_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { type = "ml.g5.xlarge" } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.type: not supported: a serverless endpoint has no instances and no GPU. Set memory_size_in_mb, or use capacity.instances.type."
    error_message = join("\n", output.problems)
  }
}

run "serverless_managed_scaling_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { managed_scaling = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.managed_scaling: not supported: a serverless endpoint has no instances. Set max_concurrency."
    error_message = join("\n", output.problems)
  }
}

run "serverless_with_several_models_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/", multi_model = {}, network_isolation = false }
    capacity = { serverless = {} }
  }

  assert {
    condition     = join("\n", output.problems) == "model.multi_model: not supported by serverless endpoints, which serve one model. Use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

run "a_serverless_package_of_the_marketplace_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:985815980388:model-package/bikes/1" }, network_isolation = false }
    capacity = { serverless = {} }
  }

  assert {
    condition     = join("\n", output.problems) == "model.package: serverless endpoints do not support packages from AWS Marketplace. Use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

run "a_serverless_package_of_ones_own_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1" }, network_isolation = false }
    capacity = { serverless = {} }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# Asynchronous

run "a_bucket_by_name_for_calls_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "calls" } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.s3_uri: not the S3 URI of a prefix. Set a URI of at most 500 characters, like s3://bucket/prefix."
    error_message = join("\n", output.problems)
  }
}

run "a_prefix_of_501_characters_for_calls_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = format("s3://calls/%0490d", 0) } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.s3_uri: not the S3 URI of a prefix. Set a URI of at most 500 characters, like s3://bucket/prefix."
    error_message = join("\n", output.problems)
  }
}

run "a_prefix_of_500_characters_for_calls_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = format("s3://calls/%0489d", 0) } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_whole_bucket_for_calls_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "no_call_at_a_time_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", max_concurrent_invocations_per_instance = 0 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.max_concurrent_invocations_per_instance: must be 1 to 1000. To use SageMaker's default, remove it."
    error_message = join("\n", output.problems)
  }
}

run "one_call_at_a_time_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", max_concurrent_invocations_per_instance = 1 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "more_than_1000_calls_at_a_time_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", max_concurrent_invocations_per_instance = 1001 } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.max_concurrent_invocations_per_instance: must be 1 to 1000. To use SageMaker's default, remove it."
    error_message = join("\n", output.problems)
  }
}

run "calls_by_the_1000_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", max_concurrent_invocations_per_instance = 1000 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_topic_by_name_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", notifications = { error_topic_arn = "failures" } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.notifications: not the ARN of an SNS topic. Set ARNs like arn:aws:sns:eu-west-1:123456789012:name."
    error_message = join("\n", output.problems)
  }
}

run "answers_in_an_unknown_notification_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", notifications = { success_topic_arn = "arn:aws:sns:eu-west-1:123456789012:results", include_response_in = ["SUCCESS"] } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.notifications.include_response_in: set SUCCESS_NOTIFICATION_TOPIC, ERROR_NOTIFICATION_TOPIC or both."
    error_message = join("\n", output.problems)
  }
}

run "answers_in_a_notification_of_success_without_its_topic_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", notifications = { error_topic_arn = "arn:aws:sns:eu-west-1:123456789012:failed", include_response_in = ["SUCCESS_NOTIFICATION_TOPIC"] } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.notifications.include_response_in: names a topic that is not set. Set its success_topic_arn or error_topic_arn, or remove it."
    error_message = join("\n", output.problems)
  }
}

run "answers_in_a_notification_of_failure_without_its_topic_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", notifications = { success_topic_arn = "arn:aws:sns:eu-west-1:123456789012:done", include_response_in = ["ERROR_NOTIFICATION_TOPIC"] } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.notifications.include_response_in: names a topic that is not set. Set its success_topic_arn or error_topic_arn, or remove it."
    error_message = join("\n", output.problems)
  }
}

run "answers_in_a_notification_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", notifications = { success_topic_arn = "arn:aws:sns:eu-west-1:123456789012:results", include_response_in = ["SUCCESS_NOTIFICATION_TOPIC"] } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "asynchronous_variants_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", variants = { old = {}, new = {} } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.variants: not supported: an asynchronous endpoint has one variant. Use capacity.instances.variants."
    error_message = join("\n", output.problems)
  }
}

run "an_asynchronous_shadow_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", shadow = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.shadow: not supported by asynchronous endpoints. Use capacity.instances.shadow."
    error_message = join("\n", output.problems)
  }
}

run "asynchronous_managed_scaling_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", managed_scaling = {} } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.managed_scaling: not supported by asynchronous endpoints. Use capacity.async.autoscaling, which follows the backlog and can scale to zero."
    error_message = join("\n", output.problems)
  }
}

run "asynchronous_calls_of_several_models_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/", multi_model = {} }
    capacity = { async = { s3_uri = "s3://calls/bikes" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.multi_model: not supported by asynchronous endpoints, which serve one model. Use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

# Autoscaling

run "an_asynchronous_package_of_the_marketplace_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:985815980388:model-package/theirs/1" } }
    capacity = { async = { s3_uri = "s3://calls/bikes" } }
  }

  assert {
    condition     = join("\n", output.problems) == "model.package: asynchronous endpoints do not support packages from AWS Marketplace. Use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

run "an_asynchronous_package_of_ones_own_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1" } }
    capacity = { async = { s3_uri = "s3://calls/bikes" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_of_machines_to_zero_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { minimum = 0, maximum = 2, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: minimum must be a whole number of at least 1. To pay nothing while idle, use capacity.async, which scales to zero, or capacity.serverless."
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_of_asynchronous_machines_to_zero_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", autoscaling = { minimum = 0, maximum = 2, backlog_per_instance = 5 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_of_asynchronous_machines_below_zero_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", autoscaling = { minimum = -1, maximum = 2, backlog_per_instance = 5 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.autoscaling: minimum must be a whole number of at least 0."
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_of_what_is_kept_warm_to_zero_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { minimum = 0, maximum = 2, utilization_percent = 70 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.autoscaling: minimum must be a whole number of at least 1. To pay nothing while idle, use capacity.async, which scales to zero, or capacity.serverless."
    error_message = join("\n", output.problems)
  }
}

run "half_a_minimum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { minimum = 1.5, maximum = 4, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: minimum must be a whole number of at least 1. To pay nothing while idle, use capacity.async, which scales to zero, or capacity.serverless."
    error_message = join("\n", output.problems)
  }
}

run "half_a_maximum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2.5, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: maximum 2.5 must be a whole number of at least 1, the minimum."
    error_message = join("\n", output.problems)
  }
}

run "a_maximum_below_the_minimum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { minimum = 3, maximum = 2, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: maximum 2 must be a whole number of at least 3, the minimum."
    error_message = join("\n", output.problems)
  }
}

run "a_maximum_of_none_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", autoscaling = { maximum = 0, backlog_per_instance = 5 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.async.autoscaling: maximum 0 must be a whole number of at least 1, the minimum."
    error_message = join("\n", output.problems)
  }
}

run "a_maximum_that_is_the_minimum_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { minimum = 2, maximum = 2, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "asynchronous_machines_between_zero_and_one_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", autoscaling = { maximum = 1, backlog_per_instance = 5 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_count_above_the_maximum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 3, autoscaling = { maximum = 2, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: count 3 exceeds maximum 2. Raise maximum or lower count."
    error_message = join("\n", output.problems)
  }
}

run "two_machines_above_a_maximum_of_one_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { maximum = 1, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: count 2 exceeds maximum 1. Raise maximum or lower count."
    error_message = join("\n", output.problems)
  }
}

run "a_count_below_the_minimum_is_raised_and_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 1, autoscaling = { minimum = 2, maximum = 2, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_by_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: no metric and no schedule. Set invocations_per_instance or concurrency_per_instance, or schedules."
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_by_a_schedule_alone_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, schedules = { night = { schedule = "cron(0 20 ? * MON-FRI *)", maximum = 1 } } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_target_of_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, concurrency_per_instance = 0 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: concurrency_per_instance must be above 0."
    error_message = join("\n", output.problems)
  }
}

run "two_targets_together_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, concurrency_per_instance = 4, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_negative_cooldown_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, invocations_per_instance = 600, scale_in_cooldown_in_seconds = -1 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: cooldowns must be at least 0 seconds."
    error_message = join("\n", output.problems)
  }
}

run "no_cooldown_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, invocations_per_instance = 600, scale_in_cooldown_in_seconds = 0, scale_out_cooldown_in_seconds = 0 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "burstable_machines_with_autoscaling_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.t2.medium", autoscaling = { maximum = 2, invocations_per_instance = 600 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: ml.t2.medium is burstable, which SageMaker does not scale: its utilization does not show how much it can serve. Set a type like ml.m5.large."
    error_message = join("\n", output.problems)
  }
}

run "burstable_machines_without_autoscaling_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.t2.medium" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_burstable_variant_with_autoscaling_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { variants = { old = {}, new = { type = "ml.t2.medium", autoscaling = { maximum = 2, invocations_per_instance = 600 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.variants.new.autoscaling: ml.t2.medium is burstable, which SageMaker does not scale: its utilization does not show how much it can serve. Set a type like ml.m5.large."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_by_the_clock_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, schedules = { night = { schedule = "20:00", maximum = 1 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.night: \"20:00\" is not a schedule. Set cron(0 20 ? * MON-FRI *), rate(...) or at(...)."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_that_changes_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, schedules = { night = { schedule = "rate(1 day)" } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.night: changes nothing. Set minimum, maximum or both."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_a_maximum_below_its_minimum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, schedules = { night = { schedule = "rate(1 day)", minimum = 2, maximum = 1 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.night: minimum and maximum must be whole numbers, 1 <= minimum <= maximum."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_half_a_minimum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 4, schedules = { day = { schedule = "rate(1 day)", minimum = 1.5 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.day: minimum and maximum must be whole numbers, 1 <= minimum <= maximum."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_half_a_maximum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 4, schedules = { day = { schedule = "at(2026-12-24T12:00:00)", maximum = 1.5 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.day: minimum and maximum must be whole numbers, 1 <= minimum <= maximum."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_a_maximum_below_the_usual_minimum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { minimum = 2, maximum = 4, invocations_per_instance = 600, schedules = { night = { schedule = "cron(0 20 ? * MON-FRI *)", maximum = 1 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.night: its minimum would exceed its maximum, because the bound that it does not set stays as it is (minimum 2, maximum 4). Set both."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_a_maximum_of_the_usual_minimum_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { minimum = 2, maximum = 4, invocations_per_instance = 600, schedules = { night = { schedule = "cron(0 20 ? * MON-FRI *)", maximum = 2 } } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_a_minimum_above_the_usual_maximum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { minimum = 2, maximum = 4, invocations_per_instance = 600, schedules = { night = { schedule = "cron(0 20 ? * MON-FRI *)", minimum = 5 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.night: its minimum would exceed its maximum, because the bound that it does not set stays as it is (minimum 2, maximum 4). Set both."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_a_minimum_of_the_usual_maximum_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { minimum = 2, maximum = 4, invocations_per_instance = 600, schedules = { night = { schedule = "cron(0 20 ? * MON-FRI *)", minimum = 4 } } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_with_both_bounds_beyond_the_usual_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, autoscaling = { minimum = 2, maximum = 4, invocations_per_instance = 600, schedules = { night = { schedule = "cron(0 20 ? * MON-FRI *)", minimum = 5, maximum = 9 } } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_to_zero_machines_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { autoscaling = { maximum = 2, schedules = { night = { schedule = "rate(1 day)", minimum = 0 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.instances.autoscaling: schedules.night: minimum and maximum must be whole numbers, 1 <= minimum <= maximum."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_to_zero_asynchronous_machines_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", autoscaling = { minimum = 1, maximum = 2, backlog_per_instance = 5, schedules = { night = { schedule = "rate(1 day)", minimum = 0, maximum = 0 } } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_of_what_is_not_kept_warm_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { autoscaling = { maximum = 2, utilization_percent = 70 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.autoscaling: it scales provisioned concurrency, which is not set. Set provisioned_concurrency, or remove autoscaling: on-demand serverless capacity scales automatically."
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_of_what_is_kept_warm_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 5, utilization_percent = 70 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "autoscaling_beyond_the_concurrency_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 6, utilization_percent = 70 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.autoscaling.maximum: 6 exceeds max_concurrency 5. Raise max_concurrency or lower maximum."
    error_message = join("\n", output.problems)
  }
}

run "more_kept_warm_than_the_maximum_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 3, autoscaling = { maximum = 2, utilization_percent = 70 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.autoscaling: provisioned_concurrency exceeds maximum 2. Raise maximum or lower provisioned_concurrency."
    error_message = join("\n", output.problems)
  }
}

run "as_much_kept_warm_as_the_maximum_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 3, autoscaling = { maximum = 3, utilization_percent = 70 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_beyond_the_concurrency_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 2, schedules = { day = { schedule = "rate(1 day)", maximum = 6 } } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.autoscaling: schedules.day: maximum exceeds max_concurrency. Raise max_concurrency or lower maximum."
    error_message = join("\n", output.problems)
  }
}

run "a_schedule_as_wide_as_the_concurrency_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 5, utilization_percent = 70, schedules = { day = { schedule = "cron(0 6 * * ? *)", maximum = 5 } } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_utilization_of_9_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 2, utilization_percent = 9 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.autoscaling: utilization_percent must be 10 to 90."
    error_message = join("\n", output.problems)
  }
}

run "a_utilization_of_10_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 3, utilization_percent = 10 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_utilization_of_91_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 2, utilization_percent = 91 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.serverless.autoscaling: utilization_percent must be 10 to 90."
    error_message = join("\n", output.problems)
  }
}

run "a_utilization_of_90_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = { provisioned_concurrency = 1, autoscaling = { maximum = 2, utilization_percent = 90 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# Updates

run "blue_green_and_rolling_together_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = {}, rolling = { percent = 10 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update: set blue_green or rolling, not both."
    error_message = join("\n", output.problems)
  }
}

run "canary_and_linear_together_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 10 }, linear = { percent = 10 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green: set canary or linear, not both. Without either, all requests move at once."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_without_a_size_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = {} } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: set either percent or instances."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_two_sizes_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 10, instances = 1 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: set either percent or instances."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_51_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 51 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: percent must be a whole number from 1 to 50."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_no_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { blue_green = { canary = { percent = 0 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: percent must be a whole number from 1 to 50."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_half_a_percent_more_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { blue_green = { canary = { percent = 10.5 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: percent must be a whole number from 1 to 50."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_50_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 50 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_1_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 1 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_6_in_10_instances_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { instances = 6 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: 6 of 10 instances is not 1 to 50 percent of them."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_no_instance_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 10 }, update = { blue_green = { canary = { instances = 0 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: 0 of 10 instances is not 1 to 50 percent of them."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_half_an_instance_more_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 10 }, update = { blue_green = { canary = { instances = 1.5 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: 1.5 of 10 instances is not 1 to 50 percent of them."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_1_in_101_instances_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 101 }, update = { blue_green = { canary = { instances = 1 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: 1 of 101 instances is not 1 to 50 percent of them."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_1_in_100_instances_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 100 }, update = { blue_green = { canary = { instances = 1 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_5_in_10_instances_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { instances = 5 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_linear_step_of_9_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { linear = { percent = 9 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.linear: percent must be a whole number from 10 to 50."
    error_message = join("\n", output.problems)
  }
}

run "a_linear_step_of_51_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { linear = { percent = 51 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.linear: percent must be a whole number from 10 to 50."
    error_message = join("\n", output.problems)
  }
}

run "a_linear_step_of_50_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { blue_green = { linear = { percent = 50 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_linear_step_of_10_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { linear = { percent = 10 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_linear_step_of_1_in_11_instances_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 11 }, update = { blue_green = { linear = { instances = 1 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.linear: 1 of 11 instances is not 10 to 50 percent of them."
    error_message = join("\n", output.problems)
  }
}

run "a_linear_step_of_1_in_10_instances_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { linear = { instances = 1 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_rolling_batch_of_4_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { rolling = { percent = 4 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: percent must be a whole number from 5 to 50."
    error_message = join("\n", output.problems)
  }
}

run "a_rolling_batch_of_51_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { rolling = { percent = 51 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: percent must be a whole number from 5 to 50."
    error_message = join("\n", output.problems)
  }
}

run "a_rolling_batch_of_50_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { rolling = { percent = 50 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_rolling_batch_of_5_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { rolling = { percent = 5 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_rolling_batch_of_1_in_21_instances_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 21 }, update = { rolling = { instances = 1 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: 1 of 21 instances is not 5 to 50 percent of them."
    error_message = join("\n", output.problems)
  }
}

run "a_rolling_batch_of_1_in_20_instances_that_rolls_back_at_once_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 20 }, update = { rolling = { instances = 1, rollback = { percent = 100 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_rollback_of_4_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { rolling = { percent = 50, rollback = { percent = 4 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling.rollback: percent must be a whole number from 5 to 100."
    error_message = join("\n", output.problems)
  }
}

run "a_rollback_of_101_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { rolling = { percent = 50, rollback = { percent = 101 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling.rollback: percent must be a whole number from 5 to 100."
    error_message = join("\n", output.problems)
  }
}

run "a_rollback_of_5_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { rolling = { percent = 50, rollback = { percent = 5 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_rollback_of_100_percent_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { rolling = { percent = 50, rollback = { percent = 100 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_rollback_of_more_than_all_instances_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { rolling = { instances = 1, rollback = { percent = 101 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling.rollback: percent must be a whole number from 5 to 100."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_one_instance_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 1 }, update = { blue_green = { canary = { percent = 10 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: one instance cannot be updated in steps. Set a count of at least 2, or remove capacity.update to move all requests at once."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_by_instances_of_one_instance_is_refused_once" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 1 }, update = { blue_green = { canary = { instances = 1 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: one instance cannot be updated in steps. Set a count of at least 2, or remove capacity.update to move all requests at once."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_both_of_two_instances_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 2 }, update = { blue_green = { canary = { instances = 2 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: 2 of 2 instances is not 1 to 50 percent of them."
    error_message = join("\n", output.problems)
  }
}

run "rolling_one_instance_with_a_rollback_is_refused_once" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 1 }, update = { rolling = { percent = 50, rollback = { percent = 100 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: one instance cannot be updated in steps. Set a count of at least 2, or remove capacity.update to move all requests at once."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_two_instances_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2 }, update = { blue_green = { canary = { instances = 1 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_canary_by_instances_of_serverless_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = {}, update = { blue_green = { canary = { instances = 1 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: a serverless endpoint has no instances. Set percent."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_by_percent_of_serverless_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = {}, update = { blue_green = { canary = { percent = 10 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "rolling_serverless_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = {}, update = { rolling = { percent = 10 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: not supported by serverless endpoints. Use blue_green."
    error_message = join("\n", output.problems)
  }
}

run "rolling_two_variants_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 2, variants = { old = {}, new = {} } }, update = { rolling = { percent = 50 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: SageMaker supports it for one variant, and this endpoint has 2. Use blue_green."
    error_message = join("\n", output.problems)
  }
}

run "rolling_asynchronous_machines_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes", count = 2 }, update = { rolling = { percent = 50 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_inf1_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.inf1.xlarge", count = 2 }, update = { blue_green = { canary = { percent = 50 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: SageMaker updates ml.inf1 instances all at once. Remove capacity.update."
    error_message = join("\n", output.problems)
  }
}

run "rolling_inf1_with_a_rollback_is_refused_once" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.inf1.xlarge", count = 4 }, update = { rolling = { percent = 50, rollback = { percent = 100 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: SageMaker updates ml.inf1 instances all at once. Remove capacity.update."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_inf2_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.inf2.xlarge", count = 2 }, update = { blue_green = { canary = { percent = 50 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_the_marketplace_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:985815980388:model-package/bikes/1" } }
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 10 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: SageMaker updates packages from AWS Marketplace all at once. Remove capacity.update."
    error_message = join("\n", output.problems)
  }
}

run "rolling_the_marketplace_with_a_rollback_is_refused_once" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:985815980388:model-package/theirs/1" } }
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { rolling = { percent = 50, rollback = { percent = 100 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.rolling: SageMaker updates packages from AWS Marketplace all at once. Remove capacity.update."
    error_message = join("\n", output.problems)
  }
}

run "a_canary_of_a_package_of_ones_own_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    model    = { package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/bikes/1" } }
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 10 } } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_wait_of_an_hour_and_a_second_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 10, wait_in_seconds = 3601 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: wait_in_seconds must be 0 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "a_negative_wait_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { blue_green = { canary = { percent = 25, wait_in_seconds = -1 } } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.canary: wait_in_seconds must be 0 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "a_bake_of_an_hour_and_a_second_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { bake_in_seconds = 3601 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.bake_in_seconds: must be 0 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "a_negative_bake_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { blue_green = { bake_in_seconds = -1 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update.blue_green.bake_in_seconds: must be 0 to 3600."
    error_message = join("\n", output.problems)
  }
}

run "no_waits_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { blue_green = { canary = { percent = 25, wait_in_seconds = 0 }, bake_in_seconds = 0 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "waits_of_an_hour_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { canary = { percent = 10, wait_in_seconds = 3600 }, bake_in_seconds = 3600 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_update_of_at_most_599_seconds_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { timeout_in_seconds = 599 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update: timeout_in_seconds must be 600 to 14400."
    error_message = join("\n", output.problems)
  }
}

run "an_update_of_at_most_600_seconds_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { blue_green = { timeout_in_seconds = 600 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_update_of_at_most_four_hours_and_a_second_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { rolling = { percent = 10, timeout_in_seconds = 14401 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update: timeout_in_seconds must be 600 to 14400."
    error_message = join("\n", output.problems)
  }
}

run "an_update_of_at_most_four_hours_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { type = "ml.m5.large", count = 4 }, update = { rolling = { percent = 50, timeout_in_seconds = 14400 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_update_that_ends_before_its_waits_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { linear = { percent = 25, wait_in_seconds = 300 }, bake_in_seconds = 300, timeout_in_seconds = 1200 } } }
  }

  assert {
    condition     = join("\n", output.problems) == "capacity.update: the update waits 1200 seconds in total, and timeout_in_seconds 1200 would end it before that. Raise it."
    error_message = join("\n", output.problems)
  }
}

run "an_update_that_ends_after_its_waits_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    capacity = { instances = { count = 10 }, update = { blue_green = { linear = { percent = 25, wait_in_seconds = 300 }, bake_in_seconds = 300, timeout_in_seconds = 1201 } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# Monitoring

run "a_bucket_by_name_for_what_is_captured_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "captured" } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture.s3_uri: not the S3 URI of a prefix. Set a URI of at most 512 characters, like s3://bucket/prefix."
    error_message = join("\n", output.problems)
  }
}

run "a_prefix_of_513_characters_for_what_is_captured_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = format("s3://captured/%0499d", 0) } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture.s3_uri: not the S3 URI of a prefix. Set a URI of at most 512 characters, like s3://bucket/prefix."
    error_message = join("\n", output.problems)
  }
}

run "a_prefix_of_512_characters_for_what_is_captured_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = format("s3://captured/%0498d", 0) } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "capture_of_101_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", sampling_percent = 101 } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture.sampling_percent: not a whole number from 0 to 100."
    error_message = join("\n", output.problems)
  }
}

run "capture_of_a_negative_share_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", sampling_percent = -1 } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture.sampling_percent: not a whole number from 0 to 100."
    error_message = join("\n", output.problems)
  }
}

run "capture_of_half_a_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", sampling_percent = 0.5 } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture.sampling_percent: not a whole number from 0 to 100."
    error_message = join("\n", output.problems)
  }
}

run "capture_of_everything_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", sampling_percent = 100 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "capture_of_nothing_for_now_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", sampling_percent = 0 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "capture_of_neither_side_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", input = false, output = false } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.capture: neither input nor output would be captured. Enable one, or remove capture."
    error_message = join("\n", output.problems)
  }
}

run "capture_of_answers_alone_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", input = false } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "capture_of_requests_alone_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { capture = { s3_uri = "s3://captured/bikes", output = false } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_error_rate_of_101_percent_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { server_error_percent = 101 } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.rollback: error percentages must be 0 to 100. To disable an alarm, set 100."
    error_message = join("\n", output.problems)
  }
}

run "a_negative_error_rate_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { client_error_percent = -1 } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.rollback: error percentages must be 0 to 100. To disable an alarm, set 100."
    error_message = join("\n", output.problems)
  }
}

run "disarmed_alarms_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { server_error_percent = 100, client_error_percent = 100, latency_in_milliseconds = 3600000 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "alarms_at_the_first_error_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { server_error_percent = 0, client_error_percent = 0 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_latency_of_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { latency_in_milliseconds = 0 } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.rollback.latency_in_milliseconds: must be above 0."
    error_message = join("\n", output.problems)
  }
}

run "a_latency_of_a_millisecond_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { latency_in_milliseconds = 1 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "eight_alarms_of_ones_own_are_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { alarm_names = [for i in range(8) : "alarm${i}"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.rollback.alarm_names: SageMaker watches 10 alarms, 3 of which the module creates. List at most 7."
    error_message = join("\n", output.problems)
  }
}

run "seven_alarms_of_ones_own_are_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { alarm_names = [for i in range(7) : "alarm${i}"] } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_alarm_with_a_name_of_256_characters_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { alarm_names = [format("%0256d", 0)] } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.rollback.alarm_names: not the name of an alarm. Set names of 1 to 255 characters, not ARNs."
    error_message = join("\n", output.problems)
  }
}

run "an_alarm_with_a_name_of_255_characters_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { alarm_names = [format("%0255d", 0)] } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_alarm_by_arn_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { rollback = { alarm_names = ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:mine"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.rollback.alarm_names: not the name of an alarm. Set names of 1 to 255 characters, not ARNs."
    error_message = join("\n", output.problems)
  }
}

run "an_alarm_action_by_name_is_refused" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { alarm_action_arns = ["operators"] }
  }

  assert {
    condition     = join("\n", output.problems) == "monitoring.alarm_action_arns: not an ARN. Set ARNs, like that of an SNS topic."
    error_message = join("\n", output.problems)
  }
}

run "an_alarm_action_by_arn_is_taken" {
  command = plan

  module {
    source = "./modules/serving"
  }

  variables {
    monitoring = { alarm_action_arns = ["arn:aws:sns:eu-west-1:123456789012:operators"] }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}
