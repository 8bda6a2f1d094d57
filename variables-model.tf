variable "model" {
  description = <<-EOT
    What the endpoint serves. It is left out for an endpoint that is made elsewhere (`capacity.existing`) only.

    - `artifact`: S3 URI of model.tar.gz, known before the first apply. A new model needs a new URI: an object that is overwritten reaches no running endpoint.
    - `algorithm`: one of AWS's stock images, used without `image_uri`: xgboost, linear-learner, knn, scikit-learn, pytorch-inference and others;
      `algorithm_version` is its tag, which only frameworks need. The registry is that of the Region.
    - `image_uri`: another image in ECR, with tag or digest; it needs no artifact if it holds its model.
    - `package`: a model package instead, by `arn`. Its `artifact` and `image_uri` are written for the module's role to read; AWS Marketplace's need neither.
    - `multi_model`: many models in one container, all below the prefix `artifact`, each loaded when first asked for; `cache` keeps them in memory.
    - `environment`: environment of the container.
    - `network_isolation`: the container can reach no network, not even S3. Serverless endpoints do not offer it.
    - `execution_role`: a role to use, by its `arn`, instead of one that may read exactly these artifacts and pull exactly these images.
  EOT
  default     = null
  type = object({
    artifact          = optional(string)
    algorithm         = optional(string, "xgboost")
    algorithm_version = optional(string)
    image_uri         = optional(string)
    package = optional(object({
      arn       = string
      artifact  = optional(string)
      image_uri = optional(string)
    }))
    multi_model = optional(object({
      cache = optional(bool, true)
    }))
    environment       = optional(map(string), {})
    network_isolation = optional(bool, true)
    execution_role = optional(object({
      arn = string
    }))
  })
}
