"""Evaluates Terraform modules that only compute: without resources, data sources and providers."""
