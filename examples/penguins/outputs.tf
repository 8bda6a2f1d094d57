output "penguins" {
  description = "All outputs of the module."
  value       = module.penguins
  sensitive   = true # includes the API key
}
