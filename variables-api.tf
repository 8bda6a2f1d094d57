variable "api" {
  description = <<-EOT
    How the model is called.

    - `kind`: rest for a REST API of API Gateway, function_url for the function's own URL (`auth.iam` or `auth.jwt`), or none for callers of
      the function itself.
    - `stage_name`: last part of the URL.
    - `log_retention_in_days`: of the access log. API Gateway writes logs only in an account and Region whose CloudWatch role is set, once,
      by its owner.
    - `execution_log_level`: OFF, ERROR or INFO.
    - `throttle`: requests per second and burst of the whole stage.
    - `further_stages`: by name, stages beside `stage_name` that serve the same API with a throttle of their own. A client's keys are valid
      in all.
    - `canary`: a part of the stage's requests goes to the API's newest deployment, the others to the one that was current when `canary` was
      set.
    - `timeout_in_seconds`: how long API Gateway waits for the function. More than 29 needs a higher quota L-E5AE38E3 in the account.
    - `minimum_compression_size_in_bytes`: responses of at least this size are compressed for clients that accept it; null compresses none.
    - `cors`: origins whose pages may call the API from a browser, such as https://shop.example.com, or * for every origin.
    - `access`: the sources that may reach the API, besides authenticating: CIDR blocks and, with `auth.iam`, other accounts and
      organizations.
    - `private`: an API that only these interface endpoints (execute-api) of a VPC reach; the internet does not.
    - `domain`: a domain name of your own in front of the stage, with an ACM certificate of the same Region.
    - `domain.base_path`: first part of the path in front of the API's; null for none.
    - `domain.disable_default_endpoint`: whether only the domain answers; always with `mutual_tls`.
    - `domain.mutual_tls`: callers show a client certificate that a CA in this truststore (s3://bucket/key.pem) has signed.
    - `web_acl`: an existing WAF web ACL (regional) in front of the stage.
    - `firewall`: a WAF web ACL that the module creates: managed rules, a rate for each address, a body limit, and blocked addresses.
    - `firewall.body_limit_in_bytes`: larger bodies are blocked. WAF inspects the first 16 KB, or up to 64 KB with
      `inspected_body_in_kilobytes`.
    - `client_certificate`: whether API Gateway has a client certificate for its backends, as Security Hub's APIGateway.2 requires.
      Lambda does
      not look at it.
    - `cache`: of the stage, for GET requests; a cost for each hour. Predictions, which are POST, are never cached.
    - `cache.size_in_gb`: 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237.
    - `cache.ttl_in_seconds`: how long a response is kept; that of `GET /health` at most 5 seconds.
    - `page`: whether `GET /` is a page for people, made from the contract, and `GET /docs` the API reference; true by default. Everyone who
      can reach the API can open both, and sees the contract; predictions need a credential.
    - `auth`: how callers authenticate, exactly one of the objects below; without one, `key`.
    - `auth.key`: callers send an API key in the header x-api-key. Keys identify and meter callers; AWS advises against them as the only
      protection.
    - `auth.key.clients`: by name, the callers with keys and limits of their own. Without any, one client named default.
    - `auth.key.clients.keys`: names of the client's keys: one, by default "1", or two while the client moves from the old key to the new
      one.
    - `auth.key.clients.rate_per_second`: requests per second of each key, by default 50.
    - `auth.key.clients.burst`: burst of each key, by default 100.
    - `auth.key.clients.quota`: requests of each key in a period (DAY, WEEK or MONTH), by default 1,000,000 in a MONTH.
    - `auth.iam`: callers sign with AWS credentials (SigV4) and need execute-api:Invoke: `iam = {}`.
    - `auth.cognito`: callers send a token of these user pools in the header Authorization; with scopes, an access token that has at least
      one of them.
    - `auth.jwt`: callers send a JSON Web Token of this issuer in the header Authorization: any OpenID Connect provider. The module creates
      the authorizer.
    - `auth.jwt.audiences`: at least one of them must be the token's aud or, in a token without it, the client_id.
    - `auth.jwt.scopes`: with any, the token needs at least one of them in scope or scp.
    - `auth.jwt.jwks_uri`: where the issuer publishes its keys; by default, what its OpenID configuration says.
    - `auth.jwt.cache_ttl_in_seconds`: how long a valid token is not verified again, even if it expires; 0 verifies it for each request.
    - `auth.lambda`: a Lambda authorizer decides: an existing function or version by ARN, or one created from a zip.
    - `auth.lambda.identity_sources`: the parts of a request on which the decision depends and by which it is cached, such as
      method.request.header.Authorization.
    - `auth.lambda.token_pattern`: regular expression for the one header; with it, the function gets a TOKEN event instead of a REQUEST
      event.
    - `auth.lambda.cache_ttl_in_seconds`: how long a decision is kept, for every path of the API; 0 keeps none.
  EOT
  default     = {}
  nullable    = false
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
