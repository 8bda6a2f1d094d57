"""Tools for the people who train a model and call its API; they share ``prediction_api`` with the handler."""
