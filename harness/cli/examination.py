"""A driver on the doctor's table: with a mock, a clock and a witness around it."""

import secrets
from pathlib import Path

from harness.documents.wire_profile import load_profile
from harness.domain.recording import Exchange
from harness.drivers.clocks.choice import clock_named, resolved
from harness.drivers.doctor import Check, examine
from harness.drivers.sdk_file import load_sdk_file
from harness.drivers.witness import Witness
from harness.scenario.scenario import DEFAULT_BEGIN
from mock_server import HandshakeCode, MockDls, Organization, World


async def examined(sdk: Path, generation: str | None, asked: str | None) -> list[Check]:
    """
    Return what was found of the driver of *sdk*, in the clock mode that was *asked* for.

    Raises:
        BadInput: The SDK's file, or what it names, cannot be worked with.
    """
    sdk_file = load_sdk_file(sdk)
    profile = load_profile(sdk_file.wire, sdk_file.folder)
    mode = asked or sdk_file.clock
    name, why = await resolved(sdk_file, generation, mode)
    clock = clock_named(name)
    # A code that no driver can have been written to expect.
    code = f"200001-{secrets.token_hex(4)}"
    exchanges: list[Exchange] = []

    def note(event: object) -> None:
        if isinstance(event, Exchange):
            exchanges.append(event)

    async with MockDls(profile, _world(code), clock, note) as mock:
        clock.servers = mock
        return await examine(
            sdk_file,
            generation=generation,
            clock=clock,
            servers=(await mock.open_site("a"),),
            begin=DEFAULT_BEGIN,
            handshake_code=code,
            witness=Witness(exchanges),
            reason=why,
        )


def _world(code: str) -> World:
    return World(
        organizations=(Organization(id="200001", default=code),),
        handshake_codes=(HandshakeCode(code=code, organization="200001"),),
    )
