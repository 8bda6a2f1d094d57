"""Background work of CreateEndpoint, UpdateEndpoint and DeleteEndpoint: fleets, traffic shifting and rollback alarms."""
