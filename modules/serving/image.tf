# The container image: one of AWS's built-in images, or the caller's own.

locals {
  # Repositories that aws_sagemaker_prebuilt_ecr_image can look up, by the algorithm's name in AWS's documentation, and the default version.
  # Frameworks have no default: their tags name the version, processor and operating system.
  algorithms = {
    xgboost                          = { repository = "sagemaker-xgboost", version = "3.0-5" }
    blazingtext                      = { repository = "blazingtext", version = "1" }
    deepar                           = { repository = "forecasting-deepar", version = "1" }
    factorization-machines           = { repository = "factorization-machines", version = "1" }
    image-classification             = { repository = "image-classification", version = "1" }
    ipinsights                       = { repository = "ipinsights", version = "1" }
    kmeans                           = { repository = "kmeans", version = "1" }
    knn                              = { repository = "knn", version = "1" }
    lda                              = { repository = "lda", version = "1" }
    linear-learner                   = { repository = "linear-learner", version = "1" }
    ntm                              = { repository = "ntm", version = "1" }
    object-detection                 = { repository = "object-detection", version = "1" }
    object2vec                       = { repository = "object2vec", version = "1" }
    pca                              = { repository = "pca", version = "1" }
    randomcutforest                  = { repository = "randomcutforest", version = "1" }
    semantic-segmentation            = { repository = "semantic-segmentation", version = "1" }
    seq2seq                          = { repository = "seq2seq", version = "1" }
    huggingface-pytorch-inference    = { repository = "huggingface-pytorch-inference", version = null }
    huggingface-tensorflow-inference = { repository = "huggingface-tensorflow-inference", version = null }
    mxnet-inference                  = { repository = "mxnet-inference", version = null }
    pytorch-inference                = { repository = "pytorch-inference", version = null }
    scikit-learn                     = { repository = "sagemaker-scikit-learn", version = null }
    sparkml-serving                  = { repository = "sagemaker-sparkml-serving", version = null }
    tensorflow-inference             = { repository = "tensorflow-inference", version = null }
  }
  # Images for Graviton: XGBoost's are built from these versions, as sagemaker-python-sdk lists them (image_uri_config/xgboost.json,
  # inference_graviton).
  xgboost_version_pattern = "^([0-9]+\\.[0-9]+-[0-9]+|1\\.[35]-1-arm64)$"
  stock_image_is_arm      = can(regex("(^|-)arm64(-|$)", local.algorithm_version))

  algorithm         = lookup(local.algorithms, local.model.algorithm, null)
  algorithm_version = local.model.algorithm_version != null ? local.model.algorithm_version : try(local.algorithm.version, null)

  # The built-in algorithm that reads the payload; null if every variant has its own image, or if the algorithm is a framework, whose code
  # is the caller's.
  payload_algorithm = (
    local.created
    && try(local.algorithm.version, null) != null
    && anytrue([for variant in values(local.served) : variant.image_uri == null && variant.package_arn == null])
    ? local.model.algorithm : null
  )

  image_problems = [for problem in [
    {
      when    = local.algorithm == null
      message = "model.algorithm: \"${local.model.algorithm}\" is unknown. Set one of ${join(", ", keys(local.algorithms))}, or set image_uri."
    },
    {
      when    = local.algorithm != null && local.model.image_uri == null && local.model.package == null && local.algorithm_version == null
      message = "model.algorithm_version: required for ${local.model.algorithm}, which has no default. Set the tag of the image, like \"2.3.0-cpu-py311-ubuntu20.04-sagemaker\"."
    },
    {
      when    = local.model.algorithm == "xgboost" && !can(regex(local.xgboost_version_pattern, local.algorithm_version))
      message = "model.algorithm_version: \"${coalesce(local.algorithm_version, "-")}\" is not a version of the built-in XGBoost image. Set a version like \"3.0-5\" or \"1.7-1\"; for Graviton instances \"1.5-1-arm64\" or \"1.3-1-arm64\"."
    },
    {
      when = (
        local.model.algorithm != "xgboost"
        && local.algorithm_version != null
        && !can(regex("^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", coalesce(local.algorithm_version, "-")))
      )
      message = "model.algorithm_version: \"${coalesce(local.algorithm_version, "-")}\" is not a valid image tag. Use at most 128 letters, digits and . _ -, and do not start with . or -."
    },
    {
      when    = local.model.image_uri != null && !can(regex(local.image_pattern, local.model.image_uri))
      message = "model.image_uri: not an image in ECR. Set a URI with a tag or a digest, like 123456789012.dkr.ecr.eu-west-1.amazonaws.com/repository:tag."
    },
  ] : problem.message if problem.when]
}
