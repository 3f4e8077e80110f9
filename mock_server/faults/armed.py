"""A fault that is armed, and what it has seen so far."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from harness.domain.instant import parse_span
from mock_server.faults.candidate import Candidate, is_about, is_from
from mock_server.faults.chance import chance
from mock_server.faults.fault import Fault
from mock_server.faults.one_liner import render_fault


@dataclass
class Armed:
    """
    A fault since *at*.

    Attributes:
        number: Which of the faults of its plan it was, from 1.
        seen: How many requests it has counted.
        struck: How many it would have struck, had no other come first.
        fired: How many it did strike.
    """

    number: int
    fault: Fault
    at: datetime
    seed: int
    seen: int = 0
    struck: int = 0
    fired: int = 0
    is_awake: bool = field(init=False)
    _rule: str = field(init=False)
    _end: datetime | None = field(init=False)
    #: By client: how many requests were counted, and how many since it authorised.
    _asked: Counter[str] = field(default_factory=Counter)
    _session: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Work out what stays the same while it is armed."""
        fault = self.fault
        self.is_awake = fault.after is None
        self._rule = render_fault(fault)
        lasts = self.at + parse_span(fault.lasts) if fault.lasts else None
        self._end = min(filter(None, (fault.until, lasts)), default=None)

    def is_over(self, now: datetime) -> bool:
        """Tell whether it will strike nothing any more."""
        most, struck = self.fault.most, max(self.struck, self.fired)
        is_used_up = most is not None and struck >= most
        return is_used_up or (self._end is not None and now >= self._end)

    def strikes(self, asked: Candidate) -> bool:
        """Count one request and tell whether the fault strikes it."""
        ordinal = self._ordinal_in_session(asked)
        if not self.is_awake:
            # What wakes it is any authorisation of those that it is about.
            self.is_awake = asked.kind == self.fault.after and is_from(self.fault, asked)
            return False
        if not is_about(self.fault, asked) or not self._is_in_time(asked.at):
            return False
        if self.fault.in_session not in (None, ordinal):
            return False
        return self._count(asked)

    def is_due(self) -> bool:
        """Tell whether it shuts addresses and its time has come."""
        is_open = self.fault.trait.is_of_connections and not self.fired
        return is_open and self.is_awake and self.seen >= self.fault.nth - 1

    def _ordinal_in_session(self, asked: Candidate) -> int | None:
        if self.fault.in_session is None or asked.kind is None:
            return None
        if asked.kind == "authorization":
            self._session[asked.client] = 1
        elif asked.client in self._session:
            self._session[asked.client] += 1
        return self._session.get(asked.client)

    def _is_in_time(self, now: datetime) -> bool:
        since = self.fault.since
        return (since is None or now >= since) and (self._end is None or now < self._end)

    def _count(self, asked: Candidate) -> bool:
        fault = self.fault
        self.seen += 1
        self._asked[asked.client] += 1
        beyond = self.seen - fault.nth
        if fault.trait.is_of_connections or beyond < 0 or beyond % fault.every:
            return False
        if fault.most is not None and self.struck >= fault.most:
            return False
        if not self._is_drawn(asked.client):
            return False
        self.struck += 1
        return True

    def _is_drawn(self, client: str) -> bool:
        odds = self.fault.probability
        if odds is None:
            return True
        return chance(self.seed, client, self._rule, self._asked[client]) < odds
