"""Amazon Cognito user pools, as far as moto keeps them, and their tokens. LocalStack's open core does not include them."""
