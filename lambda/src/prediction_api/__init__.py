# SPDX-License-Identifier: Apache-2.0
"""The Lambda function of a prediction API: one contract between HTTP requests and a SageMaker endpoint."""
