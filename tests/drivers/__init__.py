"""Tests of the drivers' side of the harness."""
