# SPDX-License-Identifier: Apache-2.0
"""Steps of a deployment pipeline that are not Terraform's own."""
