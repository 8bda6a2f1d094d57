locals {
  # JSON Schema draft-04, as API Gateway reads it. Positional rows stay open: the function checks them and names the row.
  request_schema = {
    type       = "object"
    required   = ["instances"]
    properties = { instances = { type = "array" } }
  }
  sample_request = { instances = [{ features = local.examples }] }
}
