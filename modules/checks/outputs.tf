# Three preconditions rather than one: a value that is known only after the apply leaves the list that it belongs to unknown, and the others
# are still checked.

output "name" {
  description = <<-EOT
    Name of the deployment, for the modules that create resources: without it none of them plans a resource from inputs that have a problem.
  EOT
  value       = var.name

  precondition {
    condition     = length(var.problems.inputs) == 0
    error_message = "These inputs are not valid:\n${join("\n", [for problem in var.problems.inputs : "- ${problem}"])}"
  }

  precondition {
    condition     = length(var.problems.contract) == 0
    error_message = "The contract is not valid:\n${join("\n", [for problem in var.problems.contract : "- ${problem}"])}"
  }

  precondition {
    condition     = length(var.problems.serving) == 0
    error_message = "The endpoint cannot be served as configured:\n${join("\n", [for problem in var.problems.serving : "- ${problem}"])}"
  }
}
