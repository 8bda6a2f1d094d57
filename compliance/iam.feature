Feature: Roles have least privilege
  The rules cover inline and managed policies of roles, users and groups. A policy that is unknown until apply does not pass:
  build its ARNs from names that are known at plan time.

  @noskip @baseline
  Scenario: Every action is spelled out
    Given I have aws_iam_role defined
    Then every allowed action must be spelled out

  @noskip @baseline
  Scenario: Every resource is named
    Given I have aws_iam_role defined
    Then every allowed resource must be named

  @noskip @baseline
  Scenario: No full access is attached
    Given I have aws_iam_role defined
    Then no attached policy may give full access

  @noskip @baseline
  Scenario: Only named endpoints are invoked
    Given I have aws_iam_role defined
    Then sagemaker:InvokeEndpoint must be allowed on named endpoints only
