# Keys that the types of the inputs do not declare, which Terraform would drop without a word. Only keys are read: values may be unknown
# before the first apply.

locals {
  known = jsondecode(file("${path.module}/keys.json"))
  # Objects and maps, by the name of their keys: those of a map are free, and all its values are objects of one type.
  maps = [for kind in keys(local.known) : trimsuffix(kind, ".*") if endswith(kind, ".*")]
  kept = concat(keys(local.known), local.maps)

  # Terraform has no recursion: one step for each level of nesting.
  level_1 = [for name, value in {
    api        = var.api
    capacity   = var.capacity
    handler    = var.handler
    model      = var.model
    monitoring = var.monitoring
    network    = var.network
  } : { path = name, kind = name, value = value }]
  level_2 = flatten([for object in local.level_1 : [for key in try(keys(object.value), []) : {
    path = "${object.path}.${key}", kind = "${object.kind}.${contains(local.maps, object.kind) ? "*" : key}", value = object.value[key]
  }]])
  level_3 = flatten([for object in local.level_2 : [for key in try(keys(object.value), []) : {
    path = "${object.path}.${key}", kind = "${object.kind}.${contains(local.maps, object.kind) ? "*" : key}", value = object.value[key]
  }] if contains(local.kept, object.kind)])
  level_4 = flatten([for object in local.level_3 : [for key in try(keys(object.value), []) : {
    path = "${object.path}.${key}", kind = "${object.kind}.${contains(local.maps, object.kind) ? "*" : key}", value = object.value[key]
  }] if contains(local.kept, object.kind)])
  level_5 = flatten([for object in local.level_4 : [for key in try(keys(object.value), []) : {
    path = "${object.path}.${key}", kind = "${object.kind}.${contains(local.maps, object.kind) ? "*" : key}", value = object.value[key]
  }] if contains(local.kept, object.kind)])
  level_6 = flatten([for object in local.level_5 : [for key in try(keys(object.value), []) : {
    path = "${object.path}.${key}", kind = "${object.kind}.${contains(local.maps, object.kind) ? "*" : key}", value = object.value[key]
  }] if contains(local.kept, object.kind)])
  level_7 = flatten([for object in local.level_6 : [for key in try(keys(object.value), []) : {
    path = "${object.path}.${key}", kind = "${object.kind}.${contains(local.maps, object.kind) ? "*" : key}", value = object.value[key]
  }] if contains(local.kept, object.kind)])
  objects = concat(local.level_1, local.level_2, local.level_3, local.level_4, local.level_5, local.level_6, local.level_7)

  unknown = flatten([for object in local.objects : [for key in try(keys(object.value), []) : {
    path      = object.path
    key       = key
    known     = local.known[object.kind]
    elsewhere = [for kind, keys in local.known : kind if contains(keys, key) && split(".", kind)[0] == split(".", object.kind)[0]]
  } if !contains(local.known[object.kind], key)] if contains(keys(local.known), object.kind)])
}
