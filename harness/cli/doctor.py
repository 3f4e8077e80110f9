"""``dlscheck doctor``: is the driver sound, before the suite blames the SDK?"""

import typer

from harness.cli.options import ClockOption, GenerationOption, SdkArgument
from harness.domain.exit_code import DRIVER_FAULT, OK


def doctor(
    sdk: SdkArgument, generation: GenerationOption = None, clock: ClockOption = None
) -> None:
    """Examine a driver: contract, honesty, clock, one session."""
    # What examines takes longer to load than a page of help may take to appear.
    import asyncio

    from harness.cli.examination import examined

    checks = asyncio.run(examined(sdk, generation.value if generation else None, clock))
    for check in checks:
        typer.echo(f"{'ok  ' if check.ok else 'WRONG'} {check.name}: {check.detail}")
    wrong = [check for check in checks if not check.ok]
    typer.echo(
        f"{len(wrong)} of {len(checks)} checks went wrong"
        if wrong
        else "the driver is sound"
    )
    raise typer.Exit(DRIVER_FAULT if wrong else OK)
