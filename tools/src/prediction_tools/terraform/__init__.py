# SPDX-License-Identifier: Apache-2.0
"""Evaluates Terraform modules that only compute: without resources, data sources and providers."""
