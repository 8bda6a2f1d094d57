# SPDX-License-Identifier: Apache-2.0
"""python -m prediction_tools: the command sagemaker-api."""

from .cli import main

main()
