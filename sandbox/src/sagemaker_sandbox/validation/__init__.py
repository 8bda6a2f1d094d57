"""Validation of every request to an emulated service: AWS's service models, and documented limits that they do not state."""
