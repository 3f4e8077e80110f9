"""Drivers: the small programs that put one SDK each under the harness's control."""
