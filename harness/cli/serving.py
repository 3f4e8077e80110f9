"""The mock licence server, run until it is told to end."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from harness.cli.session import Session
from harness.documents.bad_input import BadInput
from harness.documents.wire_profile import load_profile
from mock_server.library.settings_file import load_settings
from mock_server.serving.settings import Settings
from mock_server.serving.stand_alone import Listening, StandAlone
from mock_server.serving.store import SqliteStore, StoreFailed


def run_mock(
    config: Path | None,
    listening: Listening,
    wire: str,
    db: Path | None,
    outlives: Literal["process", "power"],
) -> None:
    """
    Serve what *config* describes, and keep it in *db*, which *outlives* what is named.

    Raises:
        BadInput: A file cannot be worked with, or a port cannot be listened on.
    """
    profile, settings = load_profile(wire, Path()), _read(config)

    async def run() -> None:
        store = SqliteStore(db, outlives) if db else None
        server = StandAlone(profile, settings, listening, store, lambda: _reread(config))
        await Session(server, store, config).run()

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(run())
    except StoreFailed as error:
        raise BadInput(f"--db {db}: {error}") from error
    except OSError as error:
        raise BadInput(
            f"{listening.host}, {_ports(listening)}: cannot be listened on: "
            f"{error.strerror or error}; choose another --port, 0 for any that is free"
        ) from error


def _ports(listening: Listening) -> str:
    port, standby = listening.port, listening.standby_port
    return f"port {port}" if standby is None else f"port {port} or {standby}"


def _read(config: Path | None) -> Settings:
    return Settings() if config is None else load_settings(config)


def _reread(config: Path | None) -> Settings:
    """As `_read`, for a server that goes on if the file is wrong by now."""
    if config is None:
        raise ValueError("there is no configuration file; give one to dlscheck serve")
    try:
        return load_settings(config)
    except BadInput as error:
        raise ValueError(str(error)) from error


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Take uvloop where there is one: it does the same work in less time."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
