"""
A main and a standby server: who serves when, and what each of them knows.

Source: the vendor's pages on self-hosting and its FAQ. The servers of a hosted pair
exchange what they know every few minutes; how they find out that the other is away is
not documented, so here they are told. Without a lag both know everything at once.

Everything that happens is an entry, and only `Pair.apply` changes anything: the same
entries, applied in their order to a new pair, make the same pair again. The exchange
itself needs no entry, since it follows from the time of the entries.
"""

from copy import deepcopy
from datetime import datetime

from harness.domain.instant import EPOCH, parse_span
from harness.domain.message import AuthorizationRequest, UsageSubmission
from mock_server.ledger.entry import AnyEntry, ConfigurationChanged
from mock_server.licensing.decision import (
    Decision,
    Question,
    decide,
    standing_by,
    take_in,
    under_maintenance,
)
from mock_server.licensing.state import State
from mock_server.world.world import Server, World

_Numbered = tuple[int, AnyEntry]


class Pair:
    """
    What two servers know, and what they answer.

    Attributes:
        world: The configuration of both.
    """

    def __init__(self, world: World) -> None:
        """Begin with a configuration, whose parts must fit together, and no entry."""
        self.world = world
        self._number = 0
        self._exchanged_at = EPOCH
        #: What both know; each knows more while they are apart.
        self._common = State(world)
        self._apart: dict[Server, State] = {}
        self._news: dict[Server, list[_Numbered]] = {"main": [], "standby": []}
        self._part()

    @property
    def number(self) -> int:
        """How many entries were applied."""
        return self._number

    def state(self, server: Server = "main") -> State:
        """Return what *server* knows; it is not to be changed."""
        return self._apart.get(server, self._common)

    def decide(
        self,
        message: AuthorizationRequest | UsageSubmission,
        now: datetime,
        server: Server = "main",
        *,
        is_main_up: bool = True,
    ) -> Decision:
        """
        Decide on what came to *server* at *now*; nothing is stored by that.

        *is_main_up*: whether the main server can be reached by clients at all.
        """
        self.exchange(now)
        if server in self.world.maintenance:
            return under_maintenance(self.world)
        if server == "standby" and self._is_standing_by(is_main_up):
            return standing_by(self.world)
        if isinstance(message, UsageSubmission):
            return take_in(self.state(server), message, now, server)
        return decide(Question(self.state(server), message, now, server))

    def apply(self, entry: AnyEntry) -> int:
        """
        Let *entry* have happened, and return its number.

        Entries come in the order of their time.
        """
        self.exchange(entry.at)
        self._number += 1
        if isinstance(entry, ConfigurationChanged):
            self._configure(entry)
        elif self._apart:
            self._apart[entry.server].apply(entry, self._number)
            self._news[entry.server].append((self._number, entry))
        else:
            self._common.apply(entry, self._number)
        return self._number

    def exchange(self, now: datetime) -> None:
        """Let the servers tell each other what was due to be told by *now*."""
        if self.world.lag is None:
            return
        hosted = self._common.catalogue.period.sync
        lag = hosted if self.world.lag == "hosted" else parse_span(self.world.lag)
        due = EPOCH + (now - EPOCH) // lag * lag
        if due <= self._exchanged_at:
            return
        self._exchanged_at = due
        if not self.world.partitioned:
            self._tell()

    def _is_standing_by(self, is_main_up: bool) -> bool:
        world = self.world
        is_main_seen = is_main_up and not world.partitioned
        is_main_working = is_main_seen and "main" not in world.maintenance
        return is_main_working and world.standby == "refuses-while-main-works"

    def _configure(self, entry: ConfigurationChanged) -> None:
        was_apart = bool(self._apart)
        for state in (self._common, *self._apart.values()):
            state.apply(entry, self._number)
        self.world = entry.world
        if was_apart and not self._is_split:
            self._tell()
            self._apart.clear()
        if not was_apart:
            self._part()

    @property
    def _is_split(self) -> bool:
        return self.world.lag is not None or self.world.partitioned

    def _part(self) -> None:
        """Let each server know for itself, if they are to."""
        if self._is_split:
            self._apart = {
                "main": deepcopy(self._common),
                "standby": deepcopy(self._common),
            }

    def _tell(self) -> None:
        """
        Let both know what either has learnt, in the order in which it happened.

        Where both have news, neither has it in that order: they start from what both
        know. So they agree afterwards, on redeliveries too.
        """
        main, standby = self._news["main"], self._news["standby"]
        for number, entry in sorted(main + standby, key=lambda one: one[0]):
            self._common.apply(entry, number)
        if main and standby:
            self._part()
        else:
            for number, entry in main:
                self._apart["standby"].apply(entry, number)
            for number, entry in standby:
                self._apart["main"].apply(entry, number)
        self._news = {"main": [], "standby": []}
