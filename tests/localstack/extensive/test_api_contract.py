"""A contract file of 500 features determines gateway, function and documentation; a feature is added only there."""

from __future__ import annotations

import gzip
import json
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import xgboost as xgb
import yaml
from deployments import Deployment
from hosting import archive

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

type RootModule = Any  # defined in conftest.py, which cannot be imported

FEATURES = 500
ADDED = f"reading_{FEATURES - 1}"
ROWS = 3
MAIN = """
variable "artifact" { type = string }

module "wide" {
  source   = "../../"
  name     = "wide"
  model    = { artifact = var.artifact }
  contract = yamldecode(file("contract.yaml"))
}

output "wide" {
  value     = module.wide
  sensitive = true
}
"""
# the resources that depend on the contract, and no others: a model of other columns gets an endpoint of its own
FOLLOWS = {
    "module.endpoint.terraform_data.interface[0]": "replace",
    "module.endpoint.aws_cloudwatch_log_group.this[0]": "replace",
    "module.endpoint.aws_sagemaker_endpoint.this[0]": "replace",
    'module.endpoint.aws_cloudwatch_metric_alarm.rollback["client-errors"]': "replace",
    'module.endpoint.aws_cloudwatch_metric_alarm.rollback["latency"]': "replace",
    'module.endpoint.aws_cloudwatch_metric_alarm.rollback["server-errors"]': "replace",
    "module.handler.aws_lambda_invocation.drain[0]": "replace",
    "module.api[0].aws_api_gateway_rest_api.this": "update",
    "module.api[0].aws_api_gateway_deployment.this": "replace",
    "module.api[0].aws_api_gateway_stage.this": "update",
    "module.handler.aws_lambda_function.this": "update",
    "module.handler.aws_lambda_alias.this": "update",
    "module.handler.terraform_data.contract[0]": "replace",
    "module.handler.aws_s3_object.contract[0]": "replace",
}


def contract(features: int, description: str = "") -> str:
    """Return a contract of numbers, each with its own bounds; too many for a function's environment variables."""
    random = Random(1)  # noqa: S311 - reproducible on purpose
    declared = [
        {
            "name": f"reading_{number}",
            "type": "number",
            "minimum": round(-1000 * random.random(), 3),
            "maximum": round(1000 * random.random(), 3),
            "description": description or f"Sensor {number}",
        }
        for number in range(features)
    ]
    return yaml.safe_dump({"features": declared, "columns": [one["name"] for one in declared]})


def rows(features: int) -> list[list[float]]:
    random = Random(2)  # noqa: S311 - reproducible on purpose
    declared = yaml.safe_load(contract(features))["features"]
    return [[random.uniform(one["minimum"], one["maximum"]) for one in declared] for _ in range(ROWS)]


@pytest.fixture(scope="module")
def booster() -> xgb.Booster:
    """Train on all features, of which the last has the greatest effect."""
    columns = np.random.default_rng(3).uniform(-1000, 1000, (400, FEATURES))
    label = columns[:, -1] + columns[:, :-1].sum(axis=1) / 100
    return xgb.train({"nthread": 1, "max_depth": 4}, xgb.DMatrix(columns, label), 20)


class Wide:
    """The deployment, from a contract file that at first lacks the last feature."""

    def __init__(self, module: RootModule, sandbox: Sandbox) -> None:
        self.module = module
        self.sandbox = sandbox
        self.deployment = self.deployed()
        self.changes: dict[str, str] = {}

    def deployed(self) -> Deployment:
        return Deployment(self.module.output("wide"), self.sandbox)

    def write(self, text: str) -> None:
        (self.module.folder / "contract.yaml").write_text(text)

    def apply(self) -> dict[str, str]:
        """Apply; return the planned actions by address within the module."""
        said = self.module.run("apply", "-input=false", "-auto-approve", "-refresh=false", "-json").stdout
        self.deployment = self.deployed()
        events = [json.loads(line) for line in said.splitlines()]
        changes = [event["change"] for event in events if event["type"] == "planned_change"]
        return {one["resource"]["addr"].removeprefix("module.wide."): one["action"] for one in changes}


@pytest.fixture(scope="module")
def wide(sandbox: Sandbox, terraform: Callable[..., RootModule], client: Callable[..., Any], booster: xgb.Booster) -> Wide:
    client("s3").create_bucket(Bucket="wide-models")
    packed = archive(("xgboost-model", bytes(booster.save_raw("ubj"))))
    client("s3").put_object(Bucket="wide-models", Key="model.tar.gz", Body=packed)
    module = terraform("examples/wide", {"main.tf": MAIN, "contract.yaml": contract(FEATURES - 1)})
    module.apply(artifact="s3://wide-models/model.tar.gz")
    return Wide(module, sandbox)


@pytest.fixture(scope="module")
def grown(wide: Wide) -> Wide:
    """Add the last feature to the contract file, and apply."""
    wide.write(contract(FEATURES))
    wide.changes = wide.apply()
    return wide


def test_the_function_rejects_a_feature_before_it_is_added(wide: Wide) -> None:
    answer = wide.deployment.predict({"instances": rows(FEATURES)})
    assert answer.document["errors"][0]["code"] == "feature_count"


def test_adding_a_feature_changes_only_what_depends_on_the_contract(grown: Wide) -> None:
    assert grown.changes == FOLLOWS


def test_the_gateways_model_is_the_same_for_every_contract(grown: Wide, client: Callable[..., Any]) -> None:
    models = client("apigateway").get_models(restApiId=grown.deployment.outputs["rest_api_id"])["items"]
    (schema,) = (json.loads(model["schema"]) for model in models if model["name"] == "PredictionRequest")
    assert schema == {"type": "object", "required": ["instances"], "properties": {"instances": {"type": "array"}}}


def test_the_functions_settings_have_the_added_feature(grown: Wide, client: Callable[..., Any]) -> None:
    function = client("lambda").get_function(FunctionName=grown.deployment.outputs["function_alias_arn"])
    variables = function["Configuration"]["Environment"]["Variables"]
    bucket, _, key = variables["CONTRACT"].removeprefix("s3://").partition("/")
    stored = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert ADDED in json.loads(gzip.decompress(stored))["columns"]


def test_the_apis_documentation_has_the_added_feature(grown: Wide) -> None:
    document = grown.deployment.send("GET", "/openapi.json").document
    assert ADDED in document["components"]["schemas"]["Instance"]["properties"]


@pytest.mark.parametrize("form", ["positional", "named"])
def test_five_hundred_features_get_the_boosters_predictions(grown: Wide, booster: xgb.Booster, form: str) -> None:
    given: list[Any] = rows(FEATURES)
    expected = [float(value) for value in booster.predict(xgb.DMatrix(np.array(given, dtype=np.float32)))]
    if form == "named":
        given = [{f"reading_{number}": value for number, value in reversed([*enumerate(row)])} for row in given]
    assert grown.deployment.predict({"instances": given}).document == {"predictions": expected}


def test_a_contract_that_is_too_large_for_the_gateway_fails_the_plan(grown: Wide) -> None:
    grown.write(contract(40, "x" * 8000))
    planned = grown.module.run("plan", "-input=false", "-refresh=false", check=False)
    grown.write(contract(FEATURES))
    said = " ".join(planned.stderr.replace("│", " ").split())
    assert (planned.returncode, "and API Gateway serves at most 307200. Shorten descriptions" in said) == (1, True)
