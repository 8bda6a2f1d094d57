"""An example with an adapter."""
