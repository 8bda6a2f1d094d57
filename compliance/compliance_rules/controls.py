"""Controls of AWS Security Hub CSPM that rules name, with the requirements of NIST SP 800-53 rev. 5 that AWS relates them to.

Source: the pages apigateway-controls, cloudwatch-controls, iam-controls, lambda-controls, s3-controls and sagemaker-controls of
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html, as copied in 2026 and read on 2026-11-27.
Of enhancements, only those are listed that are related without their base control.
"""

from __future__ import annotations

# By control: the resource type that AWS checks, and the requirements.
CONTROLS: dict[str, tuple[str, frozenset[str]]] = {
    "APIGateway.3": ("AWS::ApiGateway::Stage", frozenset({"CA-7"})),
    "APIGateway.4": ("AWS::ApiGateway::Stage", frozenset({"AC-4(21)"})),
    "APIGateway.9": ("AWS::ApiGatewayV2::Stage", frozenset({"AC-4(26)", "AU-2", "AU-3", "AU-10", "AU-12", "CA-7", "SC-7(9)", "SI-7(8)"})),
    "CloudWatch.16": ("AWS::Logs::LogGroup", frozenset({"AU-6(3)", "AU-6(4)", "AU-10", "AU-11", "CA-7", "SI-12"})),
    "IAM.1": ("AWS::IAM::Policy", frozenset({"AC-2", "AC-3", "AC-5", "AC-6"})),
    "IAM.21": ("AWS::IAM::Policy", frozenset({"AC-2", "AC-3", "AC-5", "AC-6"})),
    "IAM.24": ("AWS::IAM::Role", frozenset()),
    "Lambda.1": ("AWS::Lambda::Function", frozenset({"AC-3", "AC-4", "AC-6", "AC-21", "SC-7"})),
    "Lambda.2": ("AWS::Lambda::Function", frozenset({"CA-9(1)", "CM-2", "SI-2"})),
    "Lambda.6": ("AWS::Lambda::Function", frozenset()),
    "Lambda.7": ("AWS::Lambda::Function", frozenset({"CA-7"})),
    "S3.5": (
        "AWS::S3::Bucket",
        frozenset({"AC-4", "AC-17(2)", "IA-5(1)", "SC-7(4)", "SC-8", "SC-12(3)", "SC-13", "SC-23", "SI-7(6)"}),
    ),
    "SageMaker.4": ("AWS::SageMaker::EndpointConfig", frozenset({"CP-10", "SA-13", "SC-5", "SC-36"})),
    "SageMaker.5": ("AWS::SageMaker::Model", frozenset()),
}
