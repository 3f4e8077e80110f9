"""Simulated devices, thousands at a time, and a ledger that has to balance in the end."""
