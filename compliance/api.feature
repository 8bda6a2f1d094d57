Feature: The API authenticates and throttles its callers

  @noskip
  Scenario: Every operation needs a credential
    Given I have aws_api_gateway_rest_api defined
    Then every operation must need a credential

  @noskip
  Scenario: Every stage is throttled
    Given I have aws_api_gateway_stage defined
    Then every stage must be throttled

  @noskip
  Scenario: Every usage plan is finite
    Given I have aws_api_gateway_stage defined
    Then every usage plan must be finite

  @noskip
  Scenario: Every stage is traced
    Given I have aws_api_gateway_stage defined
    Then every stage must be traced
