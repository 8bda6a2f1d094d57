"""Basics that every emulated service shares: scopes, errors, request validation, IAM, and clients of LocalStack's own services."""
