# SPDX-License-Identifier: Apache-2.0
"""The contract of a model: read with the places of its values, checked, compared and inferred."""
