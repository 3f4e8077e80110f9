"""One run of the mock licence server, from its greeting to its summary."""

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

from mock_server.serving.stand_alone import StandAlone
from mock_server.serving.store import SqliteStore

_ENDING = (signal.SIGINT, signal.SIGTERM)


class Session:
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
