"""
One thing that goes wrong on purpose, as people write it.

A fault is armed and then counts the requests that it is about: authorisations and
submissions, sent with whatever method and content, and nothing else that a client may
ask (health, CORS preflight, unknown paths), unless its *kind* says so. It strikes the
*nth* of them and as many in a row as *times* says. Of several faults that would strike
one request the one armed first does; the others count that request all the same.

``refuse`` and ``close-on-connect`` are different: connections bring no request that
could be counted. So the addresses that they are about are shut as soon as the requests
before the *nth* were answered, and stay shut until the scenario's step ends; those that
are shut as the fault is armed, until the step after that ends. They count as fired with
that, whether anybody knocked or not.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from mock_server.faults.damage import TRAITS, Damage, Trait

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
MessageKind = Literal["authorization", "usage", "health", "any"]

DEFAULT_STATUS = 503
DEFAULT_REDIRECT = 307
DEFAULT_HOLD = "100ms"
DEFAULT_DELAY = "2s"


class Fault(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """
    One thing that goes wrong.

    What is ``None`` matches anything. What a damage does is told in ``docs/faults.md``,
    whether it lets a request in and through in `TRAITS`.

    Attributes:
        on: Kind of request; written ``kind`` in files, where YAML takes ``on`` for true.
            ``health`` and ``any`` (whatever is asked, of any path) are the only ones
            that are no messages.
        nth: Which of the matching requests since the fault was armed, from 1.
        times: How many in a row, from the nth; of ``every`` and ``probability``: how
            many at most. One if not given, of those two ``all``.
        every: Only each so-manieth, from the nth.
        in_session: Only the so-manieth message of its client since its last
            authorisation request, which is the first itself.
        after: Count only what comes after the first matching authorisation request.
        probability: Of each request that is left, from 0 to 1: see `chance`.
        since, until: Count only what comes at or after, and before, that instant of the
            mock's clock. *lasts*: the same as a span from the arming on.
        client_uuid, code, slot: For a submission: of any of its reports. *slot* is the
            instant that the report's time label names.
        device: Whose server address is used.
        path: Below the server's URL, without the query; ``*`` stands for any text.
        header, query: Values by name; ``*`` stands for any text, and so for any value.
        stored: Processed and stored all the same; only the answer suffers.
        status: Of ``status`` (400 to 599, `DEFAULT_STATUS` if not given) and
            ``redirect`` (300 to 399, `DEFAULT_REDIRECT`).
        retry_after: Seconds; of ``status`` only.
        location: Of ``redirect`` only; the URL that was asked for, if not given.
        bytes: Of ``truncated`` only: how much of the answer's body is sent; half of it,
            if not given, and 0 is right after the head.
        hold: Of ``hang``: a span of *real* time, `DEFAULT_HOLD` if not given. Of delays:
            how long they last at most, in real time.
        by: Of delays: a span of the mock's clock, `DEFAULT_DELAY` if not given.
    """

    do: Damage
    on: MessageKind | None = msgspec.field(default=None, name="kind")
    nth: int = 1
    times: int | Literal["all"] | None = None
    every: int = 1
    in_session: int | None = None
    after: Literal["authorization"] | None = None
    probability: float | None = None
    since: Instant | None = None
    until: Instant | None = None
    lasts: str | None = None
    client_uuid: str | None = None
    code: str | None = None
    slot: Instant | None = None
    device: str | None = None
    server: Literal["main", "standby"] | None = None
    method: str | None = None
    path: str | None = None
    header: dict[str, str] | None = None
    query: dict[str, str] | None = None
    stored: bool = False
    status: int | None = None
    retry_after: int | None = None
    location: str | None = None
    bytes: int | None = None
    hold: str | None = None
    by: str | None = None

    @property
    def trait(self) -> Trait:
        """What is true of its kind of damage."""
        return TRAITS[self.do]

    @property
    def most(self) -> int | None:
        """How many requests it strikes at most; ``None``: any number."""
        if self.times is None:
            return None if self.every > 1 or self.probability is not None else 1
        return None if self.times == "all" else self.times

    def aims_at(self, device: str, server: str) -> bool:
        """Tell whether what comes to *server* by the address of *device* is meant."""
        return self.device in (None, device) and self.server in (None, server)

    @property
    def lets_receive(self) -> bool:
        """Whether the server reads a request that is struck."""
        return self.trait.is_received

    @property
    def lets_process(self) -> bool:
        """Whether the server processes a request that is struck, as far as it can."""
        return self.processed_times > 0

    @property
    def processed_times(self) -> int:
        """How many times the server processes a request that is struck."""
        if self.do == "accept-twice":
            return 2
        return int(self.trait.is_processed or self.stored)
