"""AWS's built-in XGBoost container in algorithm mode: the same status and bytes out for the same bytes in, per release.

What differs from the real images: the one installed XGBoost loads the models of every release, and recordio-protobuf
is neither read nor written (HTTP 501).
"""
