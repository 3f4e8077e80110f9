"""Fuzzing: every parser that meets bytes of others, fed with bytes that nobody meant."""
