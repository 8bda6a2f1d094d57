# The profile that signs packages of the function, and the configuration by which Lambda accepts no others.

resource "aws_signer_signing_profile" "this" {
  platform_id = "AWSLambda-SHA384-ECDSA"
  name_prefix = replace(var.name, "-", "_")
}

resource "aws_lambda_code_signing_config" "this" {
  description = "Packages signed for ${var.name}"

  allowed_publishers {
    signing_profile_version_arns = [aws_signer_signing_profile.this.version_arn]
  }

  policies {
    untrusted_artifact_on_deployment = "Enforce"
  }
}
