"""A model of 60 features, with units, with signs that templates and HTML interpret, and with tokens."""

from __future__ import annotations

import numpy as np
import xgboost as xgb
import yaml
from hosting import archive

FEATURES = 60
CONTRACT = {
    "features": [
        {
            "name": f"sensor_{number}",
            "type": "number",
            "minimum": -10,
            "maximum": 10,
            "unit": "\N{DEGREE SIGN}C",
            "description": f"Sensor {number} <of> the $line #{number}",
            "example": str(number / 10),
        }
        for number in range(FEATURES)
    ],
    "columns": [f"sensor_{number}" for number in range(FEATURES)],
    "output": {"name": "yield", "unit": "kg", "description": "Yield of the batch"},
}
MODULE = """
variable "sensors_artifact" { type = string }
variable "sensors_issuer" { type = string }

module "sensors" {
  source   = "../../"
  name     = "sensors"
  model    = { artifact = var.sensors_artifact }
  contract = yamldecode(file("${path.module}/sensors.yaml"))
  api      = { auth = { jwt = { issuer = var.sensors_issuer, audiences = ["predictions"] } } }
}

output "sensors" {
  value     = module.sensors
  sensitive = true
}
"""
# the files that a root module needs to apply it
FILES = {"sensors.tf": MODULE, "sensors.yaml": yaml.safe_dump(CONTRACT, sort_keys=False)}


def artifact() -> bytes:
    """Train the model, and pack it."""
    columns = np.random.default_rng(1).uniform(-10, 10, (200, FEATURES))
    booster = xgb.train({"nthread": 1, "max_depth": 3}, xgb.DMatrix(columns, columns.sum(axis=1)), 20)
    return archive(("xgboost-model", bytes(booster.save_raw("ubj"))))
