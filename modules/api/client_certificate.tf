# The certificate that API Gateway shows to an HTTP backend (Security Hub APIGateway.2). Lambda authenticates API Gateway by IAM instead, so
# here it is for audits. API Gateway creates it for 365 days, and -replace creates another one before the stage leaves the old one.

resource "aws_api_gateway_client_certificate" "this" {
  count = var.api.client_certificate ? 1 : 0

  description = "API Gateway as a client of the backends of ${var.name}"
  tags        = var.tags

  lifecycle {
    create_before_destroy = true
  }
}
