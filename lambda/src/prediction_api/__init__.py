"""The Lambda function of a prediction API: one declared contract between HTTP requests and a SageMaker endpoint."""
