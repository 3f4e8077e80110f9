"""Wire profiles: HTTP exchanges to messages and back, told as data."""
