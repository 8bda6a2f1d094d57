Feature: The function has one source, traces its calls, and its logs expire

  @noskip
  Scenario: Every permission names its source
    Given I have aws_lambda_permission defined
    Then every permission must name its source

  @noskip
  Scenario: Every function is traced
    Given I have aws_lambda_function defined
    Then every function must be traced

  @noskip
  Scenario: Every log group expires
    Given I have aws_cloudwatch_log_group defined
    Then every log group must expire
