"""``dlscheck serve``: the mock licence server on its own."""

from pathlib import Path
from typing import Annotated

import typer

_DEFAULT_HOST, _DEFAULT_PORT = "127.0.0.1", 8480


def serve(
    config: Annotated[
        Path | None, typer.Argument(metavar="[CONFIG.yaml]", help="What to stand in for.")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = _DEFAULT_HOST,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port; 0: any that is free.")
    ] = _DEFAULT_PORT,
    standby_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of a standby server.")
    ] = None,
    db: Annotated[
        Path | None, typer.Option(help="SQLite file that usage is kept in.")
    ] = None,
    power_safe: Annotated[
        bool, typer.Option("--power-safe", help="Outlive a power cut too, with --db.")
    ] = False,
    tls: Annotated[bool, typer.Option("--tls", help="Speak https.")] = False,
    token: Annotated[
        str | None,
        typer.Option(envvar="DLSCHECK_TOKEN", help="What the admin API asks for."),
    ] = None,
    wire: Annotated[
        str, typer.Option(help="Wire profile: a name or a file.")
    ] = "open-json",
) -> None:
    """Run the mock licence server on its own, until it is told to end."""
    # What serves takes longer to load than a page of help may take to appear.
    from harness.cli.serving import run_mock
    from mock_server.serving.stand_alone import Listening

    listening = Listening(host, port, standby_port, tls, token)
    run_mock(config, listening, wire, db, "power" if power_safe else "process")
