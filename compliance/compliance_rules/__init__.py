"""Rules on Terraform plans of prediction APIs, for terraform-compliance and as a command."""
