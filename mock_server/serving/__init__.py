"""The mock on its own: for all clients at one address, for as long as it is wanted."""
