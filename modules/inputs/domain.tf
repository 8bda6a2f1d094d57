# A domain name in front of the stage.

locals {
  # Without a client certificate, nobody should get around the domain that asks for one.
  domain = one([
    for domain in var.api.domain[*] : merge(domain, {
      disable_default_endpoint = domain.disable_default_endpoint || domain.mutual_tls != null
    })
  ])

  domain_problems = flatten([for domain in var.api.domain[*] : [for problem in [
    {
      when    = !can(regex("^([a-z0-9*]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,63}$", domain.name)) || length(domain.name) > 253
      message = "api.domain.name: \"${domain.name}\" is not a domain name. Set one like predictions.example.com, in lower case."
    },
    {
      when    = !can(regex("^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$", domain.certificate_arn))
      message = "api.domain.certificate_arn: not the ARN of an ACM certificate. Set an ARN like arn:aws:acm:eu-west-1:123456789012:certificate/..., of the API's Region."
    },
    {
      when    = domain.base_path != null && !can(regex("^[A-Za-z0-9$_.+!*'()-]+(/[A-Za-z0-9$_.+!*'()-]+)*$", domain.base_path))
      message = "api.domain.base_path: not a path. Set one like bikes or v1/bikes, without a slash at either end, or omit it."
    },
    {
      when    = !can(regex("^(TLS_1_2|SecurityPolicy_[A-Za-z0-9_]+)$", domain.security_policy))
      message = "api.domain.security_policy: \"${domain.security_policy}\" is not supported. Set TLS_1_2 or, with version 6 of the provider, a policy like SecurityPolicy_TLS13_1_3_2025_09."
    },
    {
      when    = domain.mutual_tls != null && !can(regex("^s3://[a-z0-9.-]+/.+$", domain.mutual_tls.truststore_uri))
      message = "api.domain.mutual_tls.truststore_uri: set the S3 URI of a file with the certificates of your CAs, like s3://bucket/truststore.pem."
    },
    {
      when    = var.api.private != null
      message = "api.domain: not supported for a private API. Remove domain or private."
    },
  ] : problem.message if problem.when]])
}
