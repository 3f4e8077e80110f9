"""``dlscheck doctor``: is the driver sound, before the suite blames the SDK?"""

import asyncio
import secrets
from pathlib import Path

import typer

from harness.cli.options import ClockOption, GenerationOption, SdkArgument
from harness.documents.wire_profile import load_profile
from harness.domain.exit_code import DRIVER_FAULT, OK
from harness.domain.recording import Exchange
from harness.drivers.clocks.choice import clock_named, resolved
from harness.drivers.doctor import Check, examine
from harness.drivers.sdk_file import load_sdk_file
from harness.drivers.witness import Witness
from harness.scenario.scenario import DEFAULT_BEGIN
from mock_server import HandshakeCode, MockDls, Organization, World


def doctor(
    sdk: SdkArgument, generation: GenerationOption = None, clock: ClockOption = None
) -> None:
    """Examine a driver: contract, honesty, clock, one session."""
    checks = asyncio.run(_examined(sdk, generation.value if generation else None, clock))
    for check in checks:
        typer.echo(f"{'ok  ' if check.ok else 'WRONG'} {check.name}: {check.detail}")
    wrong = [check for check in checks if not check.ok]
    typer.echo(
        f"{len(wrong)} of {len(checks)} checks went wrong"
        if wrong
        else "the driver is sound"
    )
    raise typer.Exit(DRIVER_FAULT if wrong else OK)


async def _examined(sdk: Path, generation: str | None, asked: str | None) -> list[Check]:
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
