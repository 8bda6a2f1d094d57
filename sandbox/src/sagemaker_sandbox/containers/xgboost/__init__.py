"""AWS's built-in XGBoost container in algorithm mode: for each release, the same status and bytes for the same request.

Differences from the real images: the one installed XGBoost loads the models of every release, and recordio-protobuf is
neither read nor written (HTTP 501).
"""
