output "account" {
  description = "Account ID, partition and Region of the deployment, for the ARNs that the other modules build: those of its first apply."
  value       = terraform_data.account.input

  precondition {
    condition     = terraform_data.account.input == local.current
    error_message = "This deployment is in the account ${terraform_data.account.input.id} and the Region ${terraform_data.account.input.region}, and the provider works in ${local.current.id} and ${local.current.region}. Configure the provider for the former, or use another state for another deployment."
  }
}
