# SPDX-License-Identifier: Apache-2.0
"""Drafts of a contract, from training data, a model and a pipeline of scikit-learn."""
