"""Somebody who uses a stand-alone mock, apart from all others who do."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial

import msgspec

from harness.domain.recording import Exchange
from harness.wire.codec import Profile
from mock_server.app import MockDls, Notice
from mock_server.arrival import Arrival
from mock_server.exchange import Trace, exchange_of
from mock_server.faults import Fault
from mock_server.journal.criteria import Criteria
from mock_server.journal.journal import Journal
from mock_server.ledger.entry import AnyEntry, ConfigurationChanged
from mock_server.service import Durable, forget
from mock_server.serving.clock import SteerableClock
from mock_server.serving.settings import LASTING, Settings
from mock_server.world.fitting import check
from mock_server.world.world import World

#: A journal of ten thousand bodies of this size still fits into a memory.
_MOST_KEPT_BYTES = 16 * 1024

#: Told an entry, or ``None`` where all entries of before count no more; as `Keep`.
type KeepOfTenant = Callable[[AnyEntry | None], Durable | None]


class JournalState(msgspec.Struct, frozen=True, kw_only=True):
    """
    How much a journal holds.

    Attributes:
        complete: Whether nothing is missing.
    """

    kept: int
    capacity: int
    evicted: int
    complete: bool


class Tenant:
    """
    One mock of its own: configuration, clock, faults, journal, ledger, seed.

    Attributes:
        name: Empty: whoever names nobody.
        requests: How many came, by kind of message; ``other`` has the rest.
    """

    def __init__(
        self,
        name: str,
        profile: Profile,
        settings: Settings,
        keep: KeepOfTenant | None,
        reread: Callable[[], Settings],
        addresses: Collection[str] = (),
    ) -> None:
        """
        Begin as *settings* say.

        *reread* reads the settings again; *addresses*: the servers whose listeners are
        this tenant's own.
        """
        self.name = name
        self.wire = profile.name
        self.seed = settings.seed
        self.requests: Counter[str] = Counter()
        self.journal = Journal(settings.journal)
        self.clock = SteerableClock(partial(datetime.now, UTC))  # noqa: TID251 - a shell's
        self._settings = settings
        self._keep = keep
        self._reread = reread
        self._addresses = addresses
        self._from_file: list[int] = []
        self.mock = MockDls(
            profile,
            settings.first_world,
            self.clock,
            self._on_event,
            settings.seed,
            forget if keep is None else keep,
            self._note,
        )

    def begin(self, *, is_known: bool) -> None:
        """
        Begin to serve; *is_known*: entries of former runs were applied before.

        A configuration that differs from the one of then holds from now on.
        """
        self.journal.began_late = is_known
        self._set_clock()
        wanted = self._settings.world
        if not is_known:
            self.configure(self.world)
        elif wanted is not None and wanted != self.world:
            self.configure(wanted)
        self._arm_from_file()

    @property
    def world(self) -> World:
        """The configuration that holds now."""
        return self.mock.service.pair.world

    @property
    def journal_state(self) -> JournalState:
        """How much the journal holds."""
        journal = self.journal
        return JournalState(
            kept=len(journal),
            capacity=journal.capacity,
            evicted=journal.evicted,
            complete=journal.is_complete(Criteria()),
        )

    def configure(self, world: World) -> None:
        """
        Replace the configuration; what was counted stays counted.

        Raises:
            ValueError: The parts of *world* do not fit together.
        """
        check(world)
        entry = ConfigurationChanged(at=self.clock.now(), world=world)
        self.mock.service.apply(entry)

    def arm(self, fault: Fault) -> int:
        """
        Arm *fault* and return its number.

        Raises:
            ValueError: Its parts do not fit together, or it shuts what must stay open.
        """
        if fault.trait.is_of_connections:
            self._check_shutting(f"do: {fault.do}", fault.server)
        return self.mock.arm(fault)

    async def turn(self, server: str, up: bool) -> None:
        """
        Let *server* go down, where it refuses connections, or come up again.

        Raises:
            ValueError: Nothing would be left that could be told to open it again.
        """
        if not up:
            self._check_shutting("up: false", server)
        await self.mock.turn(server, up)

    def _check_shutting(self, what: str, server: str | None) -> None:
        """See that an address is left at which this API can be asked."""
        if not self._addresses:
            raise ValueError(
                f"{what}: expected what leaves the address alone that all share; try "
                "reset or close, or the configuration's maintenance"
            )
        left = set(self._addresses) - {server, *self.mock.down}
        if server is None or not left:
            raise ValueError(
                f"{what}: expected one of two servers, since this API is asked at the "
                "other one; start with --standby-port and name a server"
            )

    def disarm(self, number: int | None = None) -> None:
        """
        Disarm one fault or all; what they held shut opens.

        Raises:
            KeyError: No armed fault has that number.
        """
        armed = [standing.number for standing in self.mock.faults]
        for one in armed if number is None else [number]:
            self.mock.disarm(one)

    def reload(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """
        Do as the configuration file says now; nothing is forgotten.

        Return what has changed, and what would have to and cannot.

        Raises:
            ValueError: The file is wrong; everything stays as it is.
        """
        old, new = self._settings, self._reread()
        changed = []
        if new.world is not None and new.world != self.world:
            self.configure(new.world)
            changed.append("world")
        if new.faults != old.faults:
            self._settings = new
            self._disarm_from_file()
            self._arm_from_file()
            changed.append("faults")
        lasting = {name: getattr(old, name) for name in LASTING}
        self._settings = msgspec.structs.replace(new, **lasting)
        unchanged = (name for name in LASTING if getattr(new, name) != lasting[name])
        return tuple(changed), tuple(unchanged)

    async def reset(self, seed: int | None = None) -> None:
        """Begin anew, with the configuration that holds now, and with *seed* if given."""
        world = self.world
        self.seed = self.seed if seed is None else seed
        await self.mock.fault_free()
        if self._keep is not None:
            self._keep(None)
        self.mock.forget(self.seed)
        self.requests.clear()
        self._set_clock()
        self.configure(world)
        self._arm_from_file()
        self.journal.clear()

    async def durable(self) -> None:
        """Wait until all that happened up to now is durable."""
        durable = self.mock.service.durable
        if durable is not None:
            await durable

    def _set_clock(self) -> None:
        self.clock.be_real()
        if self._settings.clock is not None:
            self.clock.freeze(self._settings.clock)

    def _arm_from_file(self) -> None:
        self._from_file = [self.arm(fault) for fault in self._settings.fault_list()]

    def _disarm_from_file(self) -> None:
        armed = {standing.number for standing in self.mock.faults}
        for number in self._from_file:
            if number in armed:
                self.mock.disarm(number)

    def _on_event(self, notice: Notice) -> None:
        """Take what is no answered request: bytes that are none, servers that turn."""
        if isinstance(notice, Exchange):
            self.requests[notice.kind or "other"] += 1
            self.journal.add(notice)

    def _note(self, trace: Trace, arrival: Arrival) -> None:
        self.requests[trace.kind or "other"] += 1
        if len(trace.asked.body) > _MOST_KEPT_BYTES:
            # What is told later has to keep all of the body until then.
            self.journal.add(exchange_of(trace, arrival))
        else:
            self.journal.add_past(trace)
