"""The configuration of a mock, under one name; see `mock_server.world`."""

from mock_server.world.fitting import check
from mock_server.world.handshake_code import HandshakeCode
from mock_server.world.licence_item import LicenceItem
from mock_server.world.organization import Organization
from mock_server.world.public_trial import PublicTrial
from mock_server.world.validation_field import ValidationField
from mock_server.world.world import DEFAULT_WORLD, World

__all__ = [
    "DEFAULT_WORLD",
    "HandshakeCode",
    "LicenceItem",
    "Organization",
    "PublicTrial",
    "ValidationField",
    "World",
    "check",
]
