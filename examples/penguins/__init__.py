"""A multiclass example."""
