output "problems" {
  description = <<-EOT
    Unknown keys, and values of another type than their key's, one sentence each. Empty for a contract that modules/contract can read.
  EOT
  value       = local.problems
}

output "contract" {
  description = "The contract as written; one without features if there are problems."
  value       = jsondecode(length(local.problems) == 0 ? jsonencode(var.contract) : jsonencode({ features = [], columns = [] }))
}
