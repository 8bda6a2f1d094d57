"""LocalStack plugins, and the command that starts LocalStack with them on one machine, without Docker."""
