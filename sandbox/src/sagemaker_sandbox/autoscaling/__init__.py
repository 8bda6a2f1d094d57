"""Application Auto Scaling for SageMaker's variants, which LocalStack's core lacks."""
