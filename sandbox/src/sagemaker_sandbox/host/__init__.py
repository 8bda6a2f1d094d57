"""Everything on the host machine: starts and stops LocalStack, and sets up the environment of its clients."""
