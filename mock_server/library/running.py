"""A mock that runs beside whatever else the program does, in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from harness.documents.wire_profile import load_profile
from harness.domain.instant import parse_span
from harness.domain.recording import Exchange
from mock_server.faults import Fault, parse_fault
from mock_server.journal.criteria import Criteria
from mock_server.journal.verification import Expectation, Verdict, verify
from mock_server.library.settings_file import load_settings
from mock_server.serving.settings import Settings
from mock_server.serving.stand_alone import Listening, StandAlone
from mock_server.serving.store import SqliteStore
from mock_server.serving.tenant import Tenant
from mock_server.world.world import World

#: A mock that has not done what it was told after so many seconds is broken.
_PATIENCE_SECONDS = 30


class Mock:
    """
    A mock licence server that runs; its methods may be called from any thread.

    Attributes:
        url: What a client is told as its server.
        standby_url: The same for the second server; ``None``: there is none.
    """

    def __init__(
        self, server: StandAlone, tenant: Tenant, loop: asyncio.AbstractEventLoop
    ) -> None:
        """Speak for *tenant* of *server*, which runs in *loop*."""
        self._server = server
        self._tenant = tenant
        self._loop = loop
        below = f"/t/{tenant.name}" if tenant.name else ""
        self.url = server.urls["main"] + below
        standby = server.urls.get("standby")
        self.standby_url = None if standby is None else standby + below

    def named(self, name: str) -> "Mock":
        """Return a mock of its own at the same address, below ``/t/NAME``."""
        tenant = self._do(lambda: self._server.named(name))
        return Mock(self._server, tenant, self._loop)

    def configure(self, world: World) -> None:
        """
        Replace the configuration; what was counted stays counted.

        Raises:
            ValueError: The parts of *world* do not fit together.
        """
        self._do(lambda: self._tenant.configure(world))

    def arm(self, fault: Fault | str) -> int:
        """
        Let something go wrong, said in one line or in full; return its number.

        Raises:
            ValueError: *fault* says no fault.
        """
        read = parse_fault(fault) if isinstance(fault, str) else fault
        return self._do(lambda: self._tenant.arm(read))

    def disarm(self, number: int | None = None) -> None:
        """
        Let no fault, or not the one of that *number*, happen any more.

        Raises:
            KeyError: No armed fault has that number.
        """
        self._do(lambda: self._tenant.disarm(number))

    def fired(self, number: int) -> int:
        """
        Return how many requests the armed fault of that number has struck.

        Raises:
            KeyError: No armed fault has that number.
        """
        standing = {one.number: one for one in self._do(lambda: self._tenant.mock.faults)}
        return standing[number].fired

    def freeze(self, at: datetime | None = None) -> None:
        """Let the mock's clock stand still, at *at* if that is given."""
        self._do(lambda: self._tenant.clock.freeze(at))

    def advance(self, by: str) -> None:
        """
        Move the mock's clock forward by a span such as ``3m``.

        Raises:
            ValueError: *by* is no span.
        """
        span = parse_span(by)
        self._do(lambda: self._tenant.clock.advance(span))

    @property
    def units(self) -> dict[str, int]:
        """The units of usage that are stored, by handshake code."""
        return self._do(lambda: dict(self._tenant.mock.ledger.totals))

    def exchanges(self, **criteria: Any) -> list[Exchange]:
        """Return what came and went, oldest first; *criteria* as in `Criteria`."""
        wanted = Criteria(**criteria)
        journal = self._tenant.journal
        return self._do(lambda: [entry.exchange for entry in journal.entries(wanted)])

    def verify(
        self,
        *,
        exactly: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **criteria: Any,
    ) -> Verdict:
        """
        See that as many exchanges meet *criteria* as is said: at least one, if nothing is.

        Raises:
            AssertionError: It is not so; the message tells what came near.
        """
        expectation = Expectation(
            criteria=Criteria(**criteria),
            exactly=exactly,
            at_least=at_least,
            at_most=at_most,
        )
        verdict = self._do(lambda: verify(self._tenant.journal, expectation))
        if not verdict.met:
            raise AssertionError(verdict.message)
        return verdict

    def reset(self) -> None:
        """Begin anew, with the configuration that holds now."""
        self._await(self._tenant.reset())

    def _do[T](self, act: Callable[[], T]) -> T:
        """Call *act* where the mock runs: nothing else happens there meanwhile."""

        async def done() -> T:
            result = act()
            await self._tenant.durable()
            return result

        return self._await(done())

    def _await[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return future.result(_PATIENCE_SECONDS)


@contextmanager
def running_mock(
    config: Path | Settings | None = None,
    *,
    port: int = 0,
    standby: bool = False,
    tls: bool = False,
    db: Path | None = None,
    wire: str = "open-json",
) -> Iterator[Mock]:
    """
    Run a mock licence server on a port of this machine, any free one if 0.

    *config* is a file or what a file says; *standby*: whether there is a second server;
    *db*: an SQLite file that outlives the mock; *wire*: a wire profile.

    Raises:
        BadInput: A file is wrong.
        StoreFailed: *db* cannot be used.
        OSError: The port cannot be had.
    """
    profile = load_profile(wire, Path())
    settings = load_settings(config) if isinstance(config, Path) else config or Settings()
    listening = Listening(port=port, standby_port=0 if standby else None, tls=tls)
    life = _Life(
        lambda: StandAlone(
            profile, settings, listening, SqliteStore(db) if db is not None else None
        )
    )
    with life as mock:
        yield mock


class _Life:
    """The thread in which a mock runs, from its beginning to its end."""

    def __init__(self, make: Callable[[], StandAlone]) -> None:
        self._make = make
        self._begun = threading.Event()
        self._mock: Mock | None = None
        self._failure: BaseException | None = None
        self._end: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="dlscheck-mock", daemon=True)

    def __enter__(self) -> Mock:
        self._thread.start()
        self._begun.wait()
        if self._mock is None:
            self._thread.join()
            assert self._failure is not None
            raise self._failure
        return self._mock

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._end is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._begun.set()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with self._make() as server:
            self._mock = Mock(server, server.tenant, self._loop)
            self._begun.set()
            await self._end.wait()
