# The bike rental model for pages in a browser: tokens of an OpenID Connect provider, CORS, a domain name and a firewall.

module "artifact" {
  source = "../artifact"

  name = var.name
  path = "${path.module}/../bikeshare/.build/model.tar.gz"
}

module "bikeshare" {
  source = "../../"

  name     = var.name
  contract = yamldecode(file("${path.module}/../bikeshare/contract.yaml"))
  model    = { artifact = module.artifact.uri }

  api = {
    auth = {
      jwt = { issuer = var.issuer, audiences = var.audiences, jwks_uri = var.jwks_uri }
    }
    cors   = { origins = var.origins }
    domain = { name = var.domain_name, certificate_arn = var.certificate_arn, base_path = "bikeshare", disable_default_endpoint = true }

    firewall = var.firewall ? { requests_per_five_minutes = 1000 } : null

    minimum_compression_size_in_bytes = 1024
  }
}
