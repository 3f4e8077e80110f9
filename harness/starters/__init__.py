"""Projects to start from: a driver, a stand-in for the SDK, a file that joins them."""
