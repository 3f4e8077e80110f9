"""What a mock can be asked and told while it runs, beside the protocol."""
