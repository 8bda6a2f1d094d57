# How names, URIs and ARNs are written.

locals {
  name_pattern     = "^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$"
  type_pattern     = "^ml\\.[a-z0-9-]+\\.[a-z0-9]+$"
  object_pattern   = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]*[^*?/]$"
  models_pattern   = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^*?]*/)?$"
  image_pattern    = "^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.[a-z.]+/[^:@]+(:[^:@]+|@sha256:[0-9a-f]{64})$"
  prefix_pattern   = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^*?]*)?$"
  topic_pattern    = "^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+$"
  key_pattern      = "^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$"
  schedule_pattern = "^(at|rate|cron)\\(.+\\)$"
}
