"""Model artifacts: read without running code from them, and compared with a contract."""
