"""The stand-in licence server: what a scenario's player may use of it."""

from mock_server.app import MockDls
from mock_server.faults import (
    TRAITS,
    Damage,
    Fault,
    Standing,
    check_fault,
    describe,
    parse_fault,
    render_fault,
)
from mock_server.world.fitting import check
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.organization import Organization
from mock_server.world.public_trial import PublicTrial
from mock_server.world.validation_field import ValidationField
from mock_server.world.world import DEFAULT_WORLD, World

__all__ = [
    "DEFAULT_WORLD",
    "TRAITS",
    "Damage",
    "Fault",
    "HandshakeCode",
    "LicenceItem",
    "MockDls",
    "Organization",
    "PublicTrial",
    "Standing",
    "ValidationField",
    "World",
    "check",
    "check_fault",
    "describe",
    "parse_fault",
    "render_fault",
]
