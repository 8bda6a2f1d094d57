# A domain name in front of the stage. The owner of its hosted zone points an alias record at the output.

resource "aws_api_gateway_domain_name" "this" {
  count = var.api.domain == null ? 0 : 1

  domain_name              = var.api.domain.name
  regional_certificate_arn = var.api.domain.certificate_arn
  security_policy          = var.api.domain.security_policy
  tags                     = var.tags

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  dynamic "mutual_tls_authentication" {
    for_each = var.api.domain.mutual_tls[*]

    content {
      truststore_uri     = mutual_tls_authentication.value.truststore_uri
      truststore_version = mutual_tls_authentication.value.truststore_version
    }
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  count = var.api.domain == null ? 0 : 1

  api_id      = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  domain_name = aws_api_gateway_domain_name.this[0].domain_name
  base_path   = var.api.domain.base_path

  lifecycle {
    # AWS rejects the deletion of a stage that a mapping refers to.
    replace_triggered_by = [aws_api_gateway_stage.this.arn]
  }
}
