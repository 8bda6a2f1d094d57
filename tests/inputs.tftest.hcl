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
    source = "./modules/inputs"
  }

  variables {
    name = "Bikes"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "name")
    error_message = join("\n", output.problems)
  }
}

run "a_name_that_begins_with_a_digit_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    name = "1-bike"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "name")
    error_message = join("\n", output.problems)
  }
}

run "a_name_with_two_hyphens_together_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    name = "bikes--2"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "name")
    error_message = join("\n", output.problems)
  }
}

run "a_name_of_one_character_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    name = "b"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "name")
    error_message = join("\n", output.problems)
  }
}

run "a_name_of_two_characters_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    name = "b1"
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_name_of_33_characters_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    name = "b23456789012345678901234567890123"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "name")
    error_message = join("\n", output.problems)
  }
}

run "a_name_that_ends_with_a_hyphen_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    name = "bikes-"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "name")
    error_message = join("\n", output.problems)
  }
}

run "a_key_alias_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    kms_key_arn = "alias/bikes"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "kms_key_arn")
    error_message = join("\n", output.problems)
  }
}

run "a_key_alias_by_arn_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/bikes"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "kms_key_arn")
    error_message = join("\n", output.problems)
  }
}

run "a_boundary_by_name_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    permissions_boundary_arn = "boundary"
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "permissions_boundary_arn")
    error_message = join("\n", output.problems)
  }
}

run "a_boundary_of_aws_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_name_of_32_characters_a_key_and_a_boundary_are_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    name                     = "b2345678901234567890123456789-12"
    kms_key_arn              = "arn:aws:kms:eu-west-1:123456789012:key/1"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# handler

run "an_unknown_architecture_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { architecture = "arm" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "memory_of_127_mb_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { memory_size_in_mb = 127 }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "memory_of_10241_mb_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { memory_size_in_mb = 10241 }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_timeout_of_29_seconds_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 29 }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_timeout_of_2_seconds_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 2, limits = { attempts_per_call = 1, attempt_timeout_in_milliseconds = 500 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "attempts_that_outlast_the_function_are_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 20 }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "attempts_that_just_fit_are_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 21 }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_attempt_a_millisecond_too_long_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { timeout_in_seconds = 3, limits = { attempts_per_call = 1, attempt_timeout_in_milliseconds = 2001 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_reservation_of_no_execution_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { reserved_concurrent_executions = 0 }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_retention_of_a_year_and_a_day_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { log_retention_in_days = 366 }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_namespace_of_aws_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { metrics_namespace = "AWS/Lambda" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_namespace_with_a_blank_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { metrics_namespace = "my team" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_namespace_of_256_characters_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { metrics_namespace = format("%0256d", 0) }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "six_layers_are_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = {
      layers = [for version in range(1, 7) : "arn:aws:lambda:eu-west-1:123456789012:layer:l:${version}"]
    }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_layer_without_its_version_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:l"] }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "an_adapter_by_file_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { adapter = "adapter.py/x", layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1"] }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "an_adapter_without_a_layer_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { adapter = "adapter" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "an_adapter_in_a_package_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { adapter = "adapter", package = { path = "handler.zip" } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_adapter_in_a_package_in_s3_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { adapter = "adapter", package = { s3 = { bucket = "b", key = "k" } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_contract_bucket_by_uri_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { contract_bucket = "s3://bucket" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_contract_bucket_of_two_characters_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { contract_bucket = "ab" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_contract_bucket_of_64_characters_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { contract_bucket = format("%064d", 0) }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_limit_of_zero_instances_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { rows_per_request = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_limit_of_zero_rows_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { rows_per_call = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "no_call_at_a_time_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { concurrent_calls = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "no_time_for_an_attempt_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { attempt_timeout_in_milliseconds = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "half_an_attempt_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { attempts_per_call = 1.5 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "no_time_for_a_job_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { async_timeout_in_seconds = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_job_of_an_hour_and_a_second_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { async_timeout_in_seconds = 3601 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "a_job_of_half_a_second_more_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { async_timeout_in_seconds = 1.5 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "calls_of_999_bytes_are_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { bytes_per_call = 999 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "calls_of_half_a_byte_more_are_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { bytes_per_call = 1000.5 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "calls_larger_than_the_container_takes_are_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { limits = { bytes_per_call = 6291457 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "calls_larger_than_serverless_takes_are_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    model      = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    serverless = true
    handler    = { limits = { bytes_per_call = 4000001 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "calls_as_large_as_serverless_takes_are_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    model      = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    serverless = true
    handler    = { limits = { bytes_per_call = 4000000 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_package_by_path_and_in_s3_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = { package = { path = "handler.zip", s3 = { bucket = "b", key = "k" } } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "handler")
    error_message = join("\n", output.problems)
  }
}

run "the_smallest_function_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    handler = {
      memory_size_in_mb  = 128
      timeout_in_seconds = 3
      metrics_namespace  = "T"
      contract_bucket    = "abc"
      limits             = { rows_per_request = 1, rows_per_call = 1, bytes_per_call = 1000, concurrent_calls = 1, attempts_per_call = 1, attempt_timeout_in_milliseconds = 2000, async_timeout_in_seconds = 1 }
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_function_at_its_limits_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
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
      limits                         = { bytes_per_call = 6291456, attempts_per_call = 1, attempt_timeout_in_milliseconds = 27000, async_timeout_in_seconds = 3600 }
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# api

run "a_stage_name_with_a_slash_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { stage_name = "v1/x" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_stage_name_of_129_characters_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { stage_name = format("%0129d", 0) }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_stage_name_of_128_characters_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { stage_name = format("%0128d", 0) }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_access_log_for_ever_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { log_retention_in_days = 0 }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_log_level_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { execution_log_level = "DEBUG" }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_stage_of_no_request_per_second_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { throttle = { rate_per_second = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_stage_without_a_burst_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { throttle = { burst = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_key_of_no_request_per_second_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { rate_per_second = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_key_without_a_burst_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { burst = 0 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_key_beyond_its_stage_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { rate_per_second = 101 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_burst_beyond_its_stage_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { burst = 201 } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_key_as_wide_as_its_stage_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { rate_per_second = 100, burst = 200 } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "key_and_signature_together_are_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = {}, iam = {} }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_signature_alone_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { iam = {} }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_quota_per_hour_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { quota = { period = "HOUR" } } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_quota_of_nothing_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { quota = { requests = 0 } } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "api")
    error_message = join("\n", output.problems)
  }
}

run "a_quota_per_day_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    api = { key = { quota = { period = "DAY" } } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_api_at_its_limits_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
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

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

# network

run "a_vpc_without_a_security_group_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    network = { handler = { subnet_ids = ["subnet-1"], security_group_ids = [] } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "network")
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_without_a_subnet_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    network = { handler = { subnet_ids = [], security_group_ids = ["sg-1"] } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "network")
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_of_17_subnets_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    network = { handler = { subnet_ids = [for n in range(17) : "subnet-${n}"], security_group_ids = ["sg-1"] } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "network")
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_of_6_security_groups_is_refused" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    network = { handler = { subnet_ids = ["subnet-1"], security_group_ids = [for n in range(6) : "sg-${n}"] } }
  }

  assert {
    condition     = length(output.problems) == 1 && startswith(join("", output.problems), "network")
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_of_16_subnets_and_5_security_groups_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    network = { handler = { subnet_ids = [for n in range(16) : "subnet-${n}"], security_group_ids = [for n in range(5) : "sg-${n}"] } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_vpc_with_both_is_taken" {
  command = plan

  module {
    source = "./modules/inputs"
  }

  variables {
    network = { handler = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] } }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}
