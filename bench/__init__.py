"""Measurements: each is a command that prints what it found."""
