"""Application Auto Scaling for SageMaker variants, which LocalStack's open core does not include."""
