# SPDX-License-Identifier: Apache-2.0
"""A Lambda authorizer that verifies JSON Web Tokens."""
