"""Modules for a function's process that the machine may lack."""
