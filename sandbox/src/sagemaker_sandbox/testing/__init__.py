"""What a test controls from outside: injected faults, the clock, and the HTTP routes that set them."""
