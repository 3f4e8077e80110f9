"""Pure values that every other room shares: no clock, no dice, no socket, no file."""
