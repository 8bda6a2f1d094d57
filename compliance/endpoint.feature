Feature: The endpoint is isolated, encrypted and rolled back
  A plan may lack an endpoint: that of an existing one, or of one that is switched off.

  @noskip @baseline
  Scenario: Alarms roll updates back
    Given I have aws_lambda_function defined
    Then alarms must roll updates back

  @noskip @baseline
  Scenario: Every model is isolated
    Given I have aws_lambda_function defined
    Then every model must be isolated

  @noskip @production
  Scenario: Every variant has two instances
    Given I have aws_lambda_function defined
    Then every variant must have two instances

  @noskip @hardened
  Scenario: Every volume is encrypted
    Given I have aws_lambda_function defined
    Then every volume must be encrypted

  @noskip @hardened
  Scenario: Captured data is encrypted
    Given I have aws_lambda_function defined
    Then captured data must be encrypted
