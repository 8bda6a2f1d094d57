"""What CreateEndpoint, UpdateEndpoint and DeleteEndpoint set in motion: fleets, traffic shifting and rollback alarms."""
