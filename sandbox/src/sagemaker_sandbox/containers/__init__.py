"""Serving of models: images, model artifacts, and the containers that answer requests."""
