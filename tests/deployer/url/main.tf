# A public function URL without a REST API.

module "url" {
  source = "../../"

  name     = "pipeline-url"
  contract = { features = [for name in ["a", "b", "c"] : { name = name, type = "number", example = "1" }], columns = ["a", "b", "c"] }
  model    = { artifact = "s3://pipeline-models/model.tar.gz" }

  api = {
    kind = "function_url"
    auth = { jwt = { issuer = "https://login.example.com", audiences = ["bikes"] } }
    cors = { origins = ["https://shop.example.com"] }
  }
}
