Feature: The function has one source, traces its calls, and its logs expire

  @noskip @baseline
  Scenario: Every permission names its source
    Given I have aws_lambda_permission defined
    Then every permission must name its source

  @noskip @baseline
  Scenario: Every function is traced
    Given I have aws_lambda_function defined
    Then every function must be traced

  @noskip @baseline
  Scenario: Every log group expires
    Given I have aws_cloudwatch_log_group defined
    Then every log group must expire

  @noskip @baseline
  Scenario: Every runtime is supported
    Given I have aws_lambda_function defined
    Then every runtime must be supported

  @noskip @baseline
  Scenario: Timeouts are ordered
    Given I have aws_lambda_function defined
    Then timeouts must be ordered

  @noskip @production
  Scenario: Every function reserves concurrency
    Given I have aws_lambda_function defined
    Then every function must reserve concurrency

  @noskip @hardened
  Scenario: Logs are kept for a year
    Given I have aws_cloudwatch_log_group defined
    Then logs must be kept for a year

  @noskip @hardened
  Scenario: Every log group is encrypted
    Given I have aws_cloudwatch_log_group defined
    Then every log group must be encrypted
