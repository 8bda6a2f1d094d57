"""AWS Signer for packages of Lambda functions. LocalStack's open core does not include it, and moto's has no jobs."""
