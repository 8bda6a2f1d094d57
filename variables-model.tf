variable "model" {
  description = <<-EOT
    The model that the endpoint serves. Omit it only for an existing endpoint (`capacity.existing`).

    - `artifact`: S3 URI of model.tar.gz. A new model needs a new URI: overwriting the object does not change a running endpoint.
    - `algorithm`: one of AWS's built-in images, used without `image_uri`: xgboost, linear-learner, knn, scikit-learn, pytorch-inference and
      others; `algorithm_version` is its tag, which only frameworks require. The registry is that of the Region. Graviton types need an
      image for ARM: of xgboost, `1.5-1-arm64` and `1.3-1-arm64`.
    - `image_uri`: another image in ECR, with a tag or a digest; an image that contains its model needs no artifact.
    - `package`: a model package instead, by `arn`. Set its `artifact` and `image_uri` so that the module's role may read them; packages
      from AWS Marketplace need neither.
    - `multi_model`: many models in one container. `artifact` is the prefix that contains them, and each is loaded on first use; `cache`
      keeps them in memory.
    - `environment`: environment variables of the container.
    - `network_isolation`: the container has no network access, not even to S3. By default true, except for serverless endpoints, which do
      not support it.
    - `kms_key_arns`: further KMS keys, besides `kms_key_arn`, that encrypt what the endpoint reads or writes in S3: the artifacts, and the
      buckets of `capacity.async` and `monitoring.capture`. The keys' policies must allow it as well.
    - `execution_role`: an existing role, by its `arn`, instead of one that may read exactly these artifacts and pull exactly these images.
  EOT
  default     = null
  # Not an object type, from which Terraform would silently drop a misspelled key: docs/decisions/0022-inputs-of-any-type.md.
  type = any
}
