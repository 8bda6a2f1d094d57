"""Controls for tests: injected faults, the clock, and the HTTP routes that set them."""
