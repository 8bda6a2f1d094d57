"""IAM for every request: signatures are verified, and every call of a role or a user is authorized."""
