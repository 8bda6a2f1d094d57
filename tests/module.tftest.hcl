# The root module: defaults that depend on another input, and outputs.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name  = "bikes"
  model = { artifact = "s3://models/bikes/model.tar.gz" }
  contract = {
    features = [{ name = "x", type = "number", example = "1.5" }]
    columns  = ["x"]
  }
}

run "name_model_and_contract_are_enough" {
  assert {
    condition     = can(regex("^bikes-[0-9a-f]{8}$", output.endpoint_name)) && output.function_name == "bikes" && output.stage_name == "v1"
    error_message = "The names that clients use follow the deployment's name."
  }

  assert {
    condition     = output.predictions_url == "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/v1/predictions"
    error_message = output.predictions_url
  }

  assert {
    condition     = output.api_key == "a-key-of-at-least-twenty-characters"
    error_message = "The API has a key unless callers sign."
  }

  assert {
    condition     = output.sample_request == "{\"instances\":[{\"features\":[1.5]}]}"
    error_message = output.sample_request
  }

  assert {
    condition     = jsondecode(output.settings).columns == ["x"]
    error_message = output.settings
  }

  assert {
    condition     = jsondecode(output.openapi).components.schemas.Instance.properties.x.type == "number"
    error_message = output.openapi
  }

  assert {
    condition = (
      jsonencode([keys(module.inputs.api.auth.key.clients), keys(output.usage_plan_ids)]) == jsonencode([["default"], ["default"]])
    )
    error_message = jsonencode(module.inputs.api.auth)
  }

  assert {
    condition = (
      module.inputs.handler.metrics_namespace == "SageMakerApi/bikes"
      && module.inputs.handler.limits.bytes_per_call == 5000000
    )
    error_message = jsonencode(module.inputs.handler)
  }
}

run "a_serverless_endpoint_gets_smaller_calls" {
  command   = plan
  state_key = "serverless" # the endpoint that the first run made is not turned into another kind

  variables {
    model    = { artifact = "s3://models/bikes/model.tar.gz", network_isolation = false }
    capacity = { serverless = {} }
  }

  assert {
    condition     = module.inputs.handler.limits.bytes_per_call == 4000000
    error_message = jsonencode(module.inputs.handler.limits)
  }
}

run "an_asynchronous_endpoint_has_a_place_for_results" {
  command   = plan
  state_key = "asynchronous"

  variables {
    capacity = { async = { s3_uri = "s3://calls/bikes" } }
  }

  assert {
    condition     = contains(keys(jsondecode(output.openapi).paths), "/predictions/{id}")
    error_message = join(", ", keys(jsondecode(output.openapi).paths))
  }

  assert {
    condition     = output.serving.async.input_s3_uri == "s3://calls/bikes/input"
    error_message = jsonencode(output.serving)
  }
}

run "a_request_may_choose_among_variants_and_models" {
  command   = plan
  state_key = "models"

  variables {
    model = { artifact = "s3://models/bikes/", multi_model = {} }
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      payload  = { targets = ["variant", "model"] }
    }
  }

  assert {
    condition     = output.serving.multi_model && output.serving.mode == "instances"
    error_message = jsonencode(output.serving)
  }
}

run "an_existing_endpoint_may_have_what_its_makers_know" {
  command   = plan
  state_key = "existing"

  variables {
    model    = null
    capacity = { existing = { name = "Theirs" } }
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      payload  = { targets = ["variant", "model"] }
    }
  }

  assert {
    condition     = output.endpoint_name == "Theirs" && output.model_name == null
    error_message = jsonencode(output.serving)
  }
}

run "an_endpoint_that_is_off_leaves_the_api" {
  command   = plan
  state_key = "off"

  variables {
    capacity = { enabled = false, instances = {} }
  }

  assert {
    condition = (
      output.endpoint_name == null
      && output.endpoint_config_name == null
      && !output.serving.enabled
      && output.stage_name == "v1"
    )
    error_message = jsonencode(output.serving)
  }
}

run "tokens_are_verified_by_a_function_of_the_module" {
  command   = plan
  state_key = "authorizer"

  variables {
    api = { auth = { jwt = { issuer = "https://login.example.com", audiences = ["predictions"] } } }
  }

  assert {
    condition = module.inputs.authorizer.environment.JWT == jsonencode({
      issuer    = "https://login.example.com"
      audiences = ["predictions"]
      scopes    = []
      jwks_uri  = null
    })
    error_message = module.inputs.authorizer.environment.JWT
  }

  assert {
    condition     = length(output.api_keys) == 0 && jsondecode(output.openapi).components.securitySchemes.jwt.scheme == "bearer"
    error_message = "Callers send a token, and no key."
  }
}

run "a_function_url_instead_of_an_api" {
  command   = plan
  state_key = "function_url"

  variables {
    api = { kind = "function_url", auth = { iam = {} } }
  }

  assert {
    condition     = output.rest_api_id == null && output.api_key == null && length(output.api_keys) == 0 && length(module.function_url) == 1
    error_message = "There is no REST API."
  }

  assert {
    condition = jsonencode(jsondecode(output.caller_policies.api).Statement[*].Action) == jsonencode([
      "lambda:InvokeFunctionUrl",
      "lambda:InvokeFunction",
    ])
    error_message = output.caller_policies.api
  }
}

run "an_adapter_stands_in_for_columns" {
  command = plan

  variables {
    handler = { adapter = "adapter", layers = ["arn:aws:lambda:eu-west-1:123456789012:layer:adapter:1"] }
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = []
    }
  }

  assert {
    condition     = length(module.contract.problems) == 0
    error_message = join("\n", module.contract.problems)
  }
}
