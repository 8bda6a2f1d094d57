"""AWS WAF in front of REST APIs, as far as moto keeps its web ACLs. LocalStack's open core does not include it."""
