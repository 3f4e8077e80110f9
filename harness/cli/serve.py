"""``dlscheck serve``: the mock licence server on its own."""

import asyncio
import json
import shlex
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from harness.documents.bad_input import BadInput
from harness.documents.wire_profile import load_profile
from mock_server.library.settings_file import load_settings
from mock_server.serving.settings import Settings
from mock_server.serving.stand_alone import DEFAULT_HOST, Listening, StandAlone
from mock_server.serving.store import SqliteStore, StoreFailed

_DEFAULT_PORT = 8480
_ENDING = (signal.SIGINT, signal.SIGTERM)


def serve(
    config: Annotated[
        Path | None, typer.Argument(metavar="[CONFIG.yaml]", help="What to stand in for.")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen.")] = DEFAULT_HOST,
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
    profile, settings = load_profile(wire, Path()), _read(config)
    listening = Listening(host, port, standby_port, tls, token)

    async def run() -> None:
        store = SqliteStore(db, "power" if power_safe else "process") if db else None
        server = StandAlone(profile, settings, listening, store, lambda: _reread(config))
        await _Session(server, store, config).run()

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(run())
    except StoreFailed as error:
        raise BadInput(f"--db {db}: {error}") from error
    except OSError as error:
        raise BadInput(
            f"{host}, {_ports(port, standby_port)}: cannot be listened on: "
            f"{error.strerror or error}; choose another --port, 0 for any that is free"
        ) from error


def _ports(port: int, standby: int | None) -> str:
    return f"port {port}" if standby is None else f"port {port} or {standby}"


class _Session:
    """One run of the server, from its greeting to its summary."""

    def __init__(
        self, server: StandAlone, store: SqliteStore | None, config: Path | None
    ) -> None:
        self._server = server
        self._store = store
        self._config = config
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Serve until a signal comes, or nothing can be kept any more."""
        async with self._server:
            with ExitStack() as stack:
                self._listen_to_signals(stack)
                _greet(self._server, self._config, _certificate(self._server, stack))
                why = await self._until_ended()
            self._sum_up(why)

    def _listen_to_signals(self, stack: ExitStack) -> None:
        loop = asyncio.get_running_loop()
        acts: dict[signal.Signals, Callable[[], None]] = {signal.SIGHUP: self._reload}
        acts |= {one: partial(self._end, one.name) for one in _ENDING}
        for number, act in acts.items():
            loop.add_signal_handler(number, act)
            stack.callback(loop.remove_signal_handler, number)

    def _end(self, why: str) -> None:
        if not self._ended.done():
            self._ended.set_result(why)

    async def _until_ended(self) -> str:
        failed = () if self._store is None else (self._store.failed,)
        await asyncio.wait((self._ended, *failed), return_when=asyncio.FIRST_COMPLETED)
        if self._store is not None and self._store.failed.done():
            raise self._store.failed.result()
        return self._ended.result()

    def _reload(self) -> None:
        try:
            changed, unchanged = self._server.tenant.reload()
        except ValueError as error:
            print(f"dlscheck: nothing was changed: {error}", file=sys.stderr, flush=True)
            return
        told = f"read again; changed: {', '.join(changed) or 'nothing'}"
        if unchanged:
            told += f"; only a restart changes: {', '.join(unchanged)}"
        print(told, flush=True)

    def _sum_up(self, why: str) -> None:
        requests: Counter[str] = Counter()
        units = 0
        for tenant in self._server.tenants:
            requests.update(tenant.requests)
            units += sum(tenant.mock.ledger.totals.values())
        print(
            f"ended by {why}: {requests.total()} requests, of which "
            f"{requests['authorization']} for authorisation and {requests['usage']} with "
            f"usage; {units} units are stored",
            flush=True,
        )


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


def _certificate(server: StandAlone, stack: ExitStack) -> Path | None:
    """Put what clients of https have to trust into a file, for as long as it is used."""
    if not server.urls["main"].startswith("https:"):
        return None
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dlscheck-"))
    path = Path(folder, "authority.pem")
    path.write_bytes(server.authority_pem)
    return path


def _greet(server: StandAlone, config: Path | None, certificate: Path | None) -> None:
    url = server.urls["main"]
    lines = [
        *(f"{name:8} {one}" for name, one in server.urls.items()),
        f"admin    {server.admin_url}/openapi.json",
        f"pages    {server.admin_url}/",
        *([f"trust    {certificate}"] if certificate else ()),
        f"from     {config or 'no configuration file: one organization, two codes'}",
        f"try      {_example(server, url, certificate)}",
    ]
    print("\n".join(lines), flush=True)


def _example(server: StandAlone, url: str, certificate: Path | None) -> str:
    """Return a command that gets an answer."""
    trusting = f" --cacert {certificate}" if certificate else ""
    codes = server.tenant.world.handshake_codes
    if server.tenant.wire != "open-json" or not codes:
        return f"curl{trusting} {url}{server.health_path}"
    body = json.dumps({"clientUuid": "a-device", "handshakeCode": codes[0].code})
    return f"curl{trusting} {url}/dls/authorization -d {shlex.quote(body)}"
