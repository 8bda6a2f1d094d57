# Buckets and objects: of the deployment, of the root module around it, and of its state. And the keys that encrypt them.

locals {
  s3 = "arn:${local.account.partition}:s3:::"

  created_buckets = [
    for name in sort(concat(tolist(var.buckets.created), local.uses.contract_bucket ? ["${var.name}-contract-????????"] : [])) :
    "${local.s3}${name}"
  ]
  written_objects = [for uri in sort(var.buckets.written) : "${local.s3}${trimprefix(uri, "s3://")}*"]
  written_buckets = distinct([for uri in sort(var.buckets.written) : "${local.s3}${split("/", uri)[2]}"])
  objects         = concat([for arn in local.created_buckets : "${arn}/*"], local.written_objects)
  read_objects    = [for uri in sort(var.buckets.read) : "${local.s3}${trimprefix(uri, "s3://")}"]

  state_bucket = [for state in var.state[*] : "${local.s3}${state.bucket}"]
  state_object = [for state in var.state[*] : "${local.s3}${state.bucket}/${state.key}"]
  state_lock   = [for object in local.state_object : "${object}.tflock"]
  state_keys   = [for state in var.state[*] : state.kms_key_arn if state.kms_key_arn != null]

  # sagemaker-api pipeline store names a plan by its digest.
  plan_objects = [for plans in var.plans[*] : "${local.s3}${trimsuffix(trimprefix(plans.uri, "s3://"), "/")}/*.tfplan"]
  plan_keys    = [for plans in var.plans[*] : plans.kms_key_arn if plans.kms_key_arn != null]

  store_statements = [
    {
      when     = length(local.plan_objects) > 0
      read     = false
      Sid      = "StoreThePlans"
      Action   = "s3:PutObject"
      Resource = local.plan_objects
    },
    {
      when     = length(local.plan_keys) > 0
      read     = false
      Sid      = "EncryptThePlans"
      Action   = "kms:GenerateDataKey"
      Resource = local.plan_keys
    },
  ]

  storage_statements = [
    {
      when     = length(local.plan_objects) > 0
      read     = false
      Sid      = "FetchThePlans"
      Action   = "s3:GetObject"
      Resource = local.plan_objects
    },
    {
      when     = length(local.plan_keys) > 0
      read     = false
      Sid      = "DecryptThePlans"
      Action   = "kms:Decrypt"
      Resource = local.plan_keys
    },
    {
      when = length(local.created_buckets) > 0
      read = true
      Sid  = "ReadTheBuckets"
      Action = [
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketAcl",
        "s3:GetBucketCORS",
        "s3:GetBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketRequestPayment",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
      ]
      Resource = local.created_buckets
    },
    {
      when = length(local.created_buckets) > 0
      read = false
      Sid  = "ManageTheBuckets"
      Action = [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:ListBucketVersions",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutLifecycleConfiguration",
      ]
      Resource = local.created_buckets
    },
    {
      when     = length(local.objects) + length(local.read_objects) > 0
      read     = true
      Sid      = "ReadTheObjects"
      Action   = concat(["s3:GetObject", "s3:GetObjectTagging"], length(local.read_objects) > 0 ? ["s3:GetObjectVersion"] : [])
      Resource = concat(local.objects, local.read_objects)
    },
    {
      when     = length(local.objects) > 0
      read     = false
      Sid      = "WriteTheObjects"
      Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging"]
      Resource = local.objects
    },
    {
      # Without it, S3 answers AccessDenied for an object that does not exist yet.
      when     = length(local.written_buckets) > 0
      read     = true
      Sid      = "ListTheObjects"
      Action   = "s3:ListBucket"
      Resource = local.written_buckets
    },
    {
      when     = var.state != null
      read     = true
      Sid      = "FindTheState"
      Action   = "s3:ListBucket"
      Resource = local.state_bucket
    },
    {
      when     = var.state != null
      read     = true
      Sid      = "ReadTheState"
      Action   = "s3:GetObject"
      Resource = concat(local.state_object, local.state_lock)
    },
    {
      when     = var.state != null
      read     = false
      Sid      = "WriteTheState"
      Action   = "s3:PutObject"
      Resource = concat(local.state_object, local.state_lock)
    },
    {
      when     = var.state != null
      read     = false
      Sid      = "ReleaseTheState"
      Action   = "s3:DeleteObject"
      Resource = local.state_lock
    },
    {
      when     = length(local.state_keys) > 0
      read     = true
      Sid      = "DecryptTheState"
      Action   = "kms:Decrypt"
      Resource = local.state_keys
    },
    {
      when     = length(local.state_keys) > 0
      read     = false
      Sid      = "EncryptTheState"
      Action   = "kms:GenerateDataKey"
      Resource = local.state_keys
    },
    {
      # To see and set the function's environment (AWS Lambda Developer Guide, "Securing Lambda environment variables"), and objects in S3.
      when     = length(var.kms_key_arns) > 0
      read     = true
      Sid      = "ReadWithTheKeys"
      Action   = "kms:Decrypt"
      Resource = sort(var.kms_key_arns)
    },
    {
      when     = length(var.kms_key_arns) > 0
      read     = false
      Sid      = "WriteWithTheKeys"
      Action   = ["kms:Encrypt", "kms:GenerateDataKey"]
      Resource = sort(var.kms_key_arns)
    },
    {
      when      = length(var.kms_key_arns) > 0
      read      = false
      Sid       = "LendTheKeys"
      Action    = "kms:CreateGrant"
      Resource  = sort(var.kms_key_arns)
      Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    },
  ]
}
