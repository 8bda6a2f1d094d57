Feature: Buckets require TLS, and resources are tagged

  @noskip @baseline
  Scenario: Every bucket requires TLS
    Given I have aws_lambda_function defined
    Then every bucket must require TLS

  @noskip @production
  Scenario: Every resource is tagged
    Given I have aws_lambda_function defined
    Then every resource must be tagged
