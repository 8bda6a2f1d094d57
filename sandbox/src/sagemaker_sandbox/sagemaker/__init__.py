"""SageMaker hosting for LocalStack: models, endpoint configurations, endpoints, and what serves their invocations."""
