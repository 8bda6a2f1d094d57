variable "name" {
  description = "Name of the deployment: the root module's input `name`. The policies name its resources by it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.name)) && length(var.name) >= 2 && length(var.name) <= 32
    error_message = "name: \"${var.name}\" is not the name of a deployment. Set the root module's input name: 2 to 32 lower-case letters, digits and single hyphens."
  }
}

variable "uses" {
  description = <<-EOT
    The parts of the root module that the deployment uses, by name; a permission that none of them needs is not granted. The defaults are
    those of the root module. True unless set: `endpoint` (false with `capacity.existing`), `rest_api` (`api.kind` is rest), `api_keys`
    (`api.auth.key`), `page` (`api.page`). False unless set: `autoscaling` (in `capacity`), `authorizer` (`api.auth.jwt` of a REST API),
    `libraries` (`api.auth.jwt` of a function URL), `function_url` (`api.kind` is function_url), `resource_policy` (`api.access` or
    `api.private`), `firewall` (`api.firewall`), `contract_bucket` (a contract that exceeds the function's environment, without
    `handler.contract_bucket`), `vpc` (`network`), `alarms` (`monitoring.alarms`), `code_signing` (`handler.code_signing_config_arn`),
    `client_certificate` (`api.client_certificate`), `smoke_prediction` (the pipeline requests a prediction of an API with `api.auth.iam`,
    which `sagemaker-api pipeline smoke` signs).
  EOT
  type        = map(bool)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.uses), local.known_uses)) == 0
    error_message = "uses: ${join(", ", setsubtract(keys(var.uses), local.known_uses))} is unknown. Use ${join(", ", local.known_uses)}."
  }

  validation {
    condition     = alltrue([for used in values(var.uses) : used != null])
    error_message = "uses: null is neither true nor false. Set one of them, or remove the name for its default."
  }
}

variable "buckets" {
  description = <<-EOT
    Buckets and objects that the pipeline's root module has besides the deployment's own. None by default.

    - `created`: names of buckets that it creates, fills and deletes; `*` and `?` are wildcards.
    - `written`: S3 URIs of the prefixes in existing buckets under which it creates and deletes objects: s3://models/bikes/.
    - `read`: S3 URIs of objects that it reads, like the package in `handler.package.s3`.
  EOT
  type = object({
    created = optional(set(string), [])
    written = optional(set(string), [])
    read    = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in var.buckets.created : can(regex("^[a-z0-9*?][a-z0-9.*?-]{2,62}$", name)) && can(regex("[a-z0-9]{3}", name))
    ])
    error_message = "buckets.created: set names of buckets, of which at least three characters are not wildcards, without s3://."
  }

  validation {
    condition     = alltrue([for uri in var.buckets.written : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^*?]+/)?$", uri))])
    error_message = "buckets.written: set prefixes with a trailing slash, without wildcards: s3://models/bikes/."
  }

  validation {
    condition     = alltrue([for uri in var.buckets.read : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]+$", uri))])
    error_message = "buckets.read: set the S3 URI of an object, without wildcards: s3://builds/handler.zip."
  }
}

variable "state" {
  description = <<-EOT
    Where the pipeline's state is, in an `s3` backend with `use_lockfile`. Null for a state in another place.

    - `bucket`, `key`: as in the backend's configuration.
    - `kms_key_arn`: the key that encrypts it; null for S3's own keys.
  EOT
  type = object({
    bucket      = string
    key         = string
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition = (
      var.state == null
      || try(can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.state.bucket)) && can(regex("^[^/*?][^*?]*$", var.state.key)), false)
    )
    error_message = "state: set the bucket and the key of the backend's configuration, without wildcards and without s3://."
  }

  validation {
    condition = (
      try(var.state.kms_key_arn, null) == null
      || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.state.kms_key_arn))
    )
    error_message = "state.kms_key_arn: not the ARN of a key. IAM matches keys by their own ARN, not by an alias: arn:aws:kms:eu-west-1:123456789012:key/..."
  }
}

variable "plans" {
  description = <<-EOT
    Where plans wait for their approval (`sagemaker-api pipeline store`). The role that plans may store plans there, and the role that
    applies fetches them. Null without such a place.

    - `uri`: S3 URI of the folder: s3://my-terraform-state/plans/demand.
    - `kms_key_arn`: the key that encrypts the plans; null for the account's key `aws/s3`.
  EOT
  type = object({
    uri         = string
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.plans == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^*?/]+)*/?$", var.plans.uri))
    error_message = "plans.uri: set the S3 URI of a folder, without wildcards: s3://my-terraform-state/plans/demand."
  }

  validation {
    condition = (
      try(var.plans.kms_key_arn, null) == null
      || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.plans.kms_key_arn))
    )
    error_message = "plans.kms_key_arn: not the ARN of a key. IAM matches keys by their own ARN, not by an alias: arn:aws:kms:eu-west-1:123456789012:key/..."
  }
}

variable "kms_key_arns" {
  description = "KMS keys of the deployment: the root module's `kms_key_arn`, and those of the buckets that it writes to."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", arn))])
    error_message = "kms_key_arns: set ARNs of keys like arn:aws:kms:eu-west-1:123456789012:key/..., not aliases or key IDs."
  }
}

variable "layer_arns" {
  description = "Layers of the function that exist: `handler.layers`."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.layer_arns : can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:layer:[^:]+:[0-9]+$", arn))])
    error_message = "layer_arns: set ARNs of layer versions like arn:aws:lambda:eu-west-1:123456789012:layer:pandas:3."
  }
}

variable "domain_name" {
  description = "Domain name in front of the API: `api.domain.name`. Null without one."
  type        = string
  default     = null

  validation {
    condition     = var.domain_name == null || can(regex("^[a-z0-9-]+([.][a-z0-9-]+)+$", var.domain_name))
    error_message = "domain_name: \"${coalesce(var.domain_name, "-")}\" is not a domain name in lower case. Set it without https:// and without a path."
  }
}

variable "web_acl_arn" {
  description = "Existing web ACL in front of the API: `api.web_acl.arn`. Null without one."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null || can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/.+$", var.web_acl_arn))
    error_message = "web_acl_arn: not the ARN of a regional web ACL. Set one like arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/NAME/ID."
  }
}

variable "execution_role_arn" {
  description = "Existing role of the endpoint: `model.execution_role.arn`. Null if the module creates it."
  type        = string
  default     = null

  validation {
    condition     = var.execution_role_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[^*?]+$", var.execution_role_arn))
    error_message = "execution_role_arn: not the ARN of a role. Set one like arn:aws:iam::123456789012:role/NAME."
  }
}

variable "permissions_boundary_arn" {
  description = <<-EOT
    Boundary that every role which the pipeline creates must have: the root module's `permissions_boundary_arn`. Without one, a pipeline
    that is taken over can create a role with any permission and give it to the function.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.permissions_boundary_arn == null
      || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    )
    error_message = "permissions_boundary_arn: not the ARN of an IAM policy. Set one like arn:aws:iam::123456789012:policy/NAME."
  }
}

variable "rest_api_id" {
  description = <<-EOT
    ID of the REST API (output `rest_api_id`), once it exists: the policies then name no other API. Null before the first apply.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.rest_api_id == null || can(regex("^[a-z0-9]+$", var.rest_api_id))
    error_message = "rest_api_id: set the root module's output rest_api_id, letters and digits alone."
  }
}

variable "github" {
  description = <<-EOT
    Jobs of GitHub Actions that may assume the roles, by OpenID Connect. Null for none.

    - `repository`: owner/name; owner@ID/name@ID where the subjects of its tokens have IDs: repositories created, renamed or transferred
      after July 15, 2026.
    - `environments`: whose jobs may assume the role that applies. Limit each to the branch that is deployed, and let it require an
      approval.
    - `branches`: whose jobs may assume the role that only plans, by names in full.
    - `pull_requests`: whether jobs of pull requests may assume the role that only plans.
    - `provider_arn`: of the account's OIDC provider, by default that of token.actions.githubusercontent.com.
  EOT
  type = object({
    repository    = string
    environments  = optional(set(string), [])
    branches      = optional(set(string), [])
    pull_requests = optional(bool, false)
    provider_arn  = optional(string)
  })
  default = null

  validation {
    condition = (
      var.github == null
      || can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$|^[A-Za-z0-9-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+$", var.github.repository))
    )
    error_message = "github.repository: set owner/name, without wildcards, or owner@ID/name@ID for a repository with immutable subject claims."
  }

  validation {
    condition     = var.github == null || try(length(var.github.environments) > 0, false)
    error_message = "github.environments: no job could apply. Name the environment of the jobs that do; those of branches and pull requests only plan."
  }

  validation {
    condition = alltrue([
      for name in try(setunion(var.github.environments, var.github.branches), []) : !can(regex("[*?:]", name)) && name != ""
    ])
    error_message = "github.environments, github.branches: set names in full, without wildcards and colons."
  }
}

variable "gitlab" {
  description = <<-EOT
    Jobs of GitLab CI that may assume the roles, by OpenID Connect. Null for none.

    - `project`: group/project.
    - `branches`: whose jobs may assume both roles, by names in full. Every job of these branches can apply, with or without an environment:
      protect them.
    - `merge_requests`: whether jobs of every branch may assume the role that only plans.
    - `host`: of GitLab, by default gitlab.com.
    - `audience`: `aud` of the job's `id_tokens`, by default https:// and the host.
    - `provider_arn`: of the account's OIDC provider, by default that of the host.
  EOT
  type = object({
    project        = string
    branches       = optional(set(string), ["main"])
    merge_requests = optional(bool, false)
    host           = optional(string, "gitlab.com")
    audience       = optional(string)
    provider_arn   = optional(string)
  })
  default = null

  validation {
    condition     = var.gitlab == null || can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$", var.gitlab.project))
    error_message = "gitlab.project: set the path of the project, group/project, without wildcards."
  }

  validation {
    condition = (
      var.gitlab == null
      || try(
        length(var.gitlab.branches) > 0
        && alltrue([for name in var.gitlab.branches : !can(regex("[*?:]", name)) && name != ""]),
        false,
      )
    )
    error_message = "gitlab.branches: name at least one branch, in full: without wildcards and colons."
  }
}

variable "principal_arns" {
  description = "Roles, users or accounts that may assume the role as well, like the role of a runner."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.principal_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|role/[^*?]+|user/[^*?]+)$", arn))
    ])
    error_message = "principal_arns: set ARNs of roles, users or accounts (arn:aws:iam::123456789012:root), without wildcards."
  }
}

variable "session_duration_in_seconds" {
  description = <<-EOT
    How long a session of the role may last. An apply waits for the endpoint, and an update of a large fleet takes more than an hour.
  EOT
  type        = number
  default     = 7200
  nullable    = false

  validation {
    condition = (
      var.session_duration_in_seconds >= 3600
      && var.session_duration_in_seconds <= 43200
      && floor(var.session_duration_in_seconds) == var.session_duration_in_seconds
    )
    error_message = "session_duration_in_seconds: set a whole number from 3600 to 43200."
  }
}

variable "tags" {
  description = "Tags of the roles and policies."
  type        = map(string)
  default     = {}
  nullable    = false
}
