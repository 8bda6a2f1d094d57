"""The control plane's operations, one file per resource."""
