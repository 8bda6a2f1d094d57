Feature: The API authenticates, throttles and records its callers

  @noskip @baseline
  Scenario: Every operation needs a credential
    Given I have aws_api_gateway_rest_api defined
    Then every operation must need a credential

  @noskip @baseline
  Scenario: Every stage is throttled
    Given I have aws_api_gateway_stage defined
    Then every stage must be throttled

  @noskip @baseline
  Scenario: Every usage plan is finite
    Given I have aws_api_gateway_stage defined
    Then every usage plan must be finite

  @noskip @baseline
  Scenario: Every stage is traced
    Given I have aws_api_gateway_stage defined
    Then every stage must be traced

  @noskip @baseline
  Scenario: Every stage has an access log
    Given I have aws_api_gateway_stage defined
    Then every stage must have an access log

  @noskip @baseline
  Scenario: No data is traced
    Given I have aws_api_gateway_stage defined
    Then no data may be traced

  @noskip @baseline
  Scenario: Credentials come from named origins
    Given I have aws_api_gateway_rest_api defined
    Then credentials must come from named origins

  @noskip @hardened
  Scenario: Every public stage has a web ACL
    Given I have aws_api_gateway_stage defined
    Then every public stage must have a web ACL

  @noskip @hardened
  Scenario: Every public operation is authorized
    Given I have aws_api_gateway_rest_api defined
    Then every public operation must be authorized
