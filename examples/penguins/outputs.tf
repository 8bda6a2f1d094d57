output "penguins" {
  description = "Everything that the module gives, under the same names."
  value       = module.penguins
  sensitive   = true # the API key is among it
}
