variable "contract" {
  description = <<-EOT
    The contract as written, for example by yamldecode. Any type, because Terraform drops the attributes that an object type does not
    declare.
  EOT
  type        = any
  nullable    = false
}
