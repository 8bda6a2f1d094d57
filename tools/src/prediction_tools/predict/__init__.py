# SPDX-License-Identifier: Apache-2.0
"""Predict a file of rows through a prediction API, resumably. ``run.predict`` is the Python API of the command."""
