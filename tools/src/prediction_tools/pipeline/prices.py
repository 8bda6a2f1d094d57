# SPDX-License-Identifier: Apache-2.0
"""The few prices that docs/calling.md states with their sources. A test compares both; everything else is on AWS's pages."""

from __future__ import annotations

REGION = "us-east-1"
AS_OF = "November 2026"
HOURS_A_MONTH = 730

REST_API_MILLION_REQUESTS = 3.50
FUNCTION_MILLION_REQUESTS = 0.20
FUNCTION_GB_SECOND = {"arm64": 0.0000133334}
INSTANCE_HOUR = {"ml.m5.large": 0.115}

PAGES = {
    "API Gateway": "https://aws.amazon.com/api-gateway/pricing/",
    "CloudWatch": "https://aws.amazon.com/cloudwatch/pricing/",
    "KMS": "https://aws.amazon.com/kms/pricing/",
    "Lambda": "https://aws.amazon.com/lambda/pricing/",
    "S3": "https://aws.amazon.com/s3/pricing/",
    "SageMaker": "https://aws.amazon.com/sagemaker/pricing/",
    "SNS": "https://aws.amazon.com/sns/pricing/",
    "SQS": "https://aws.amazon.com/sqs/pricing/",
    "Step Functions": "https://aws.amazon.com/step-functions/pricing/",
    "VPC": "https://aws.amazon.com/vpc/pricing/",
    "WAF": "https://aws.amazon.com/waf/pricing/",
}
