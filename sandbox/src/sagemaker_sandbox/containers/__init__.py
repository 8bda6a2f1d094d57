"""What serves a model: images, model artifacts, and the containers that answer requests."""
