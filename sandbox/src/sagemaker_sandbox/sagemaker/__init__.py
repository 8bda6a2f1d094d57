"""SageMaker hosting for LocalStack: models, endpoint configurations, endpoints and their invocations."""
