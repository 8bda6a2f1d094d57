# A model behind an API whose columns a pandas adapter computes, because a contract cannot declare them.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/.build/model.tar.gz"
}

locals {
  # AWS's public pandas layer, or one that lambda/layer.py has built.
  layers = {
    for name, path in {
      adapter = "${path.module}/.build/adapter.zip"
      pandas  = var.pandas_layer_arn == null ? "${path.module}/.build/pandas.zip" : null
    } : name => path if path != null
  }
}

resource "aws_lambda_layer_version" "this" {
  for_each = local.layers

  layer_name          = "${var.name}-${each.key}"
  description         = "Layer of the function ${var.name}"
  filename            = each.value
  source_code_hash    = fileexists(each.value) ? filebase64sha256(each.value) : null
  compatible_runtimes = ["python3.13"]

  lifecycle {
    # The function uses the old version until it is updated.
    create_before_destroy = true

    precondition {
      condition     = fileexists(each.value)
      error_message = "There is no ${each.value} yet; README.md says how to make it."
    }
  }
}

module "delivery" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/contract.yaml"))
  model    = { artifact = module.artifact.uri }
  handler = {
    adapter           = "adapter"
    layers            = concat(values(aws_lambda_layer_version.this)[*].arn, var.pandas_layer_arn[*])
    memory_size_in_mb = 1024 # pandas alone uses a quarter of it
  }
}
