# Every limit of the root module's own inputs, what is refused beside its accepted neighbour; endpoint_faults.tftest.hcl has those
# of model, capacity and monitoring. tests/mocks/inputs is a module of nothing but the root's variables.tf (a link), so that a run
# needs no provider and takes no time.

variables {
  name  = "bikes"
  model = { artifact = "s3://models/bikes/model.tar.gz" }
  contract = {
    features = [{ name = "x", type = "number" }]
    columns  = ["x"]
  }
}

# name, key, boundary

run "a_name_with_a_capital_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name = "Bikes"
  }

  expect_failures = [var.name]
}

run "a_name_that_begins_with_a_digit_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name = "1-bike"
  }

  expect_failures = [var.name]
}

run "a_name_with_two_hyphens_together_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name = "bikes--2"
  }

  expect_failures = [var.name]
}

run "a_name_of_one_character_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name = "b"
  }

  expect_failures = [var.name]
}

run "a_name_of_two_characters_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name = "b1"
  }
}

run "a_name_of_33_characters_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name = "b23456789012345678901234567890123"
  }

  expect_failures = [var.name]
}

run "a_name_that_ends_with_a_hyphen_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name = "bikes-"
  }

  expect_failures = [var.name]
}

run "a_key_alias_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    kms_key_arn = "alias/bikes"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_key_alias_by_arn_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/bikes"
  }

  expect_failures = [var.kms_key_arn]
}

run "a_boundary_by_name_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    permissions_boundary_arn = "boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "a_boundary_of_aws_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
  }
}

run "a_name_of_32_characters_a_key_and_a_boundary_are_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    name                     = "b2345678901234567890123456789-12"
    kms_key_arn              = "arn:aws:kms:eu-west-1:123456789012:key/1"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }
}

# handler

run "an_unknown_architecture_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { architecture = "arm" }
  }

  expect_failures = [var.handler]
}

run "memory_of_127_mb_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { memory_size_in_mb = 127 }
  }

  expect_failures = [var.handler]
}

run "memory_of_10241_mb_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { memory_size_in_mb = 10241 }
  }

  expect_failures = [var.handler]
}

run "a_timeout_of_29_seconds_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 29 }
  }

  expect_failures = [var.handler]
}

run "a_timeout_of_2_seconds_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 2, limits = { attempts = 1, timeout_in_milliseconds = 500 } }
  }

  expect_failures = [var.handler]
}

run "attempts_that_outlast_the_function_are_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 20 }
  }

  expect_failures = [var.handler]
}

run "attempts_that_just_fit_are_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 21 }
  }
}

run "an_attempt_a_millisecond_too_long_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 3, limits = { attempts = 1, timeout_in_milliseconds = 2001 } }
  }

  expect_failures = [var.handler]
}

run "a_reservation_of_no_execution_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { reserved_concurrent_executions = 0 }
  }

  expect_failures = [var.handler]
}

run "a_retention_of_a_year_and_a_day_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { log_retention_in_days = 366 }
  }

  expect_failures = [var.handler]
}

run "a_namespace_of_aws_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { metrics_namespace = "AWS/Lambda" }
  }

  expect_failures = [var.handler]
}

run "a_namespace_with_a_blank_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { metrics_namespace = "my team" }
  }

  expect_failures = [var.handler]
}

run "a_namespace_of_256_characters_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { metrics_namespace = format("%0256d", 0) }
  }

  expect_failures = [var.handler]
}

run "six_layers_are_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = {
      layers = [for version in range(1, 7) : "arn:aws:lambda:eu-west-1:123456789012:layer:l:${version}"]
    }
  }

  expect_failures = [var.handler]
}

run "a_layer_without_its_version_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:l"] }
  }

  expect_failures = [var.handler]
}

run "an_adapter_by_file_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { adapter = "adapter.py/x", layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1"] }
  }

  expect_failures = [var.handler]
}

run "an_adapter_without_a_layer_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { adapter = "adapter" }
  }

  expect_failures = [var.handler]
}

run "an_adapter_in_a_package_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { adapter = "adapter", package = { path = "handler.zip" } }
  }
}

run "an_adapter_in_a_package_in_s3_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { adapter = "adapter", package = { s3 = { bucket = "b", key = "k" } } }
  }
}

run "a_contract_bucket_by_uri_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { contract_bucket = "s3://bucket" }
  }

  expect_failures = [var.handler]
}

run "a_contract_bucket_of_two_characters_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { contract_bucket = "ab" }
  }

  expect_failures = [var.handler]
}

run "a_contract_bucket_of_64_characters_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { contract_bucket = format("%064d", 0) }
  }

  expect_failures = [var.handler]
}

run "a_limit_of_zero_instances_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { instances = 0 } }
  }

  expect_failures = [var.handler]
}

run "a_limit_of_zero_rows_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { call_rows = 0 } }
  }

  expect_failures = [var.handler]
}

run "no_call_at_a_time_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { concurrency = 0 } }
  }

  expect_failures = [var.handler]
}

run "no_time_for_an_attempt_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { timeout_in_milliseconds = 0 } }
  }

  expect_failures = [var.handler]
}

run "half_an_attempt_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { attempts = 1.5 } }
  }

  expect_failures = [var.handler]
}

run "no_time_for_a_job_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { job_timeout_in_seconds = 0 } }
  }

  expect_failures = [var.handler]
}

run "a_job_of_an_hour_and_a_second_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { job_timeout_in_seconds = 3601 } }
  }

  expect_failures = [var.handler]
}

run "a_job_of_half_a_second_more_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { job_timeout_in_seconds = 1.5 } }
  }

  expect_failures = [var.handler]
}

run "calls_of_999_bytes_are_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { call_bytes = 999 } }
  }

  expect_failures = [var.handler]
}

run "calls_of_half_a_byte_more_are_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { call_bytes = 1000.5 } }
  }

  expect_failures = [var.handler]
}

run "calls_larger_than_the_container_takes_are_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { limits = { call_bytes = 6291457 } }
  }

  expect_failures = [var.handler]
}

run "calls_larger_than_serverless_takes_are_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = {} }
    handler  = { limits = { call_bytes = 4000001 } }
  }

  expect_failures = [var.handler]
}

run "calls_as_large_as_serverless_takes_are_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = {} }
    handler  = { limits = { call_bytes = 4000000 } }
  }
}

run "a_package_by_path_and_in_s3_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = { package = { path = "handler.zip", s3 = { bucket = "b", key = "k" } } }
  }

  expect_failures = [var.handler]
}

run "the_smallest_function_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = {
      memory_size_in_mb  = 128
      timeout_in_seconds = 3
      metrics_namespace  = "T"
      contract_bucket    = "abc"
      limits             = { instances = 1, call_rows = 1, call_bytes = 1000, concurrency = 1, attempts = 1, timeout_in_milliseconds = 2000, job_timeout_in_seconds = 1 }
    }
  }
}

run "a_function_at_its_limits_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    handler = {
      architecture                   = "x86_64"
      memory_size_in_mb              = 10240
      reserved_concurrent_executions = 1
      log_retention_in_days          = 1
      metrics_namespace              = format("%0255d", 0)
      layers                         = [for version in range(1, 6) : "arn:aws:lambda:eu-west-1:123456789012:layer:l:${version}"]
      adapter                        = "team.adapter"
      contract_bucket                = format("%063d", 0)
      limits                         = { call_bytes = 6291456, attempts = 1, timeout_in_milliseconds = 27000, job_timeout_in_seconds = 3600 }
    }
  }
}

# api

run "a_stage_name_with_a_slash_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { stage_name = "v1/x" }
  }

  expect_failures = [var.api]
}

run "a_stage_name_of_129_characters_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { stage_name = format("%0129d", 0) }
  }

  expect_failures = [var.api]
}

run "a_stage_name_of_128_characters_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { stage_name = format("%0128d", 0) }
  }
}

run "an_access_log_for_ever_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { log_retention_in_days = 0 }
  }

  expect_failures = [var.api]
}

run "an_unknown_log_level_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { execution_log_level = "DEBUG" }
  }

  expect_failures = [var.api]
}

run "a_stage_of_no_request_per_second_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { throttle = { rate_per_second = 0 } }
  }

  expect_failures = [var.api]
}

run "a_stage_without_a_burst_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { throttle = { burst = 0 } }
  }

  expect_failures = [var.api]
}

run "a_key_of_no_request_per_second_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { rate_per_second = 0 } }
  }

  expect_failures = [var.api]
}

run "a_key_without_a_burst_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { burst = 0 } }
  }

  expect_failures = [var.api]
}

run "a_key_beyond_its_stage_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { rate_per_second = 101 } }
  }

  expect_failures = [var.api]
}

run "a_burst_beyond_its_stage_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { burst = 201 } }
  }

  expect_failures = [var.api]
}

run "a_key_as_wide_as_its_stage_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { rate_per_second = 100, burst = 200 } }
  }
}

run "key_and_signature_together_are_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = {}, iam = {} }
  }

  expect_failures = [var.api]
}

run "a_signature_alone_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { iam = {} }
  }
}

run "a_quota_per_hour_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { quota = { period = "HOUR" } } }
  }

  expect_failures = [var.api]
}

run "a_quota_of_nothing_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { quota = { requests = 0 } } }
  }

  expect_failures = [var.api]
}

run "a_quota_per_day_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = { key = { quota = { period = "DAY" } } }
  }
}

run "an_api_at_its_limits_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    api = {
      stage_name            = "Prod_2-x"
      log_retention_in_days = 3653
      execution_log_level   = "INFO"
      throttle              = { rate_per_second = 0.5, burst = 1 }
      key                   = { rate_per_second = 0.5, burst = 1, quota = { requests = 1, period = "WEEK" } }
    }
  }
}

# network

run "a_vpc_without_a_security_group_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    network = { handler = { subnet_ids = ["subnet-1"], security_group_ids = [] } }
  }

  expect_failures = [var.network]
}

run "a_vpc_without_a_subnet_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    network = { handler = { subnet_ids = [], security_group_ids = ["sg-1"] } }
  }

  expect_failures = [var.network]
}

run "a_vpc_of_17_subnets_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    network = { handler = { subnet_ids = [for n in range(17) : "subnet-${n}"], security_group_ids = ["sg-1"] } }
  }

  expect_failures = [var.network]
}

run "a_vpc_of_6_security_groups_is_refused" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    network = { handler = { subnet_ids = ["subnet-1"], security_group_ids = [for n in range(6) : "sg-${n}"] } }
  }

  expect_failures = [var.network]
}

run "a_vpc_of_16_subnets_and_5_security_groups_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    network = { handler = { subnet_ids = [for n in range(16) : "subnet-${n}"], security_group_ids = [for n in range(5) : "sg-${n}"] } }
  }
}

run "a_vpc_with_both_is_taken" {
  command = plan

  module {
    source = "./tests/mocks/inputs"
  }

  variables {
    network = { handler = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] } }
  }
}
