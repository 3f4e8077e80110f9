"""The stand-in licence server: what a scenario's player may use of it."""

from mock_server.app import MockDls
from mock_server.config import (
    DEFAULT_WORLD,
    HandshakeCode,
    Organization,
    World,
    check,
)
from mock_server.faults import Damage, Fault, check_fault, describe

__all__ = [
    "DEFAULT_WORLD",
    "Damage",
    "Fault",
    "HandshakeCode",
    "MockDls",
    "Organization",
    "World",
    "check",
    "check_fault",
    "describe",
]
