"""InvokeEndpoint and InvokeEndpointAsync, from admission to data capture."""
