output "delivery" {
  description = "Everything that the module gives, under the same names."
  value       = module.delivery
  sensitive   = true # the API key is among it
}
