"""
What may go wrong on purpose, and which request it strikes.

A `Fault` is armed and then counts the requests that it is about: authorisations and
submissions, sent with whatever method and content, and nothing else that a client may
ask (health, CORS preflight, unknown paths). It strikes the *nth* of them and as many
in a row as *times* says. Of several faults that would strike one request the one armed
first does; the others count that request all the same.

``refuse`` is different: a refused connection brings no request that could be counted.
So the listeners that it is about are shut as soon as the requests before its *nth* were
answered, and stay shut until the scenario's step ends; those that are shut as the fault
is armed, until the step after that ends. It counts as fired with that, whether anybody
knocked or not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import msgspec

from harness.domain.instant import parse_span

Damage = Literal[
    "refuse",
    "close-before-reading",
    "reset",
    "close",
    "status",
    "malformed",
    "truncated",
    "hang",
    "lose-answer",
]

DEFAULT_STATUS = 503
DEFAULT_HOLD = "100ms"


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

    What is ``None`` matches anything.

    Attributes:
        do: ``refuse``: connections are refused. ``close-before-reading``: reset as
            though nothing had been read. ``reset``: read, then reset. ``close``: read,
            then closed without an answer. ``status``: answered with an HTTP error.
            ``malformed``: answered with status 200 and a body that is no answer.
            ``truncated``: the answer is cut in mid-body. ``hang``: no answer, closed
            after *hold*. ``lose-answer``: processed as if nothing was wrong, then
            reset in place of the answer.
        on: Kind of message; written ``kind`` in files, where YAML takes ``on`` for true.
        nth: Which of the matching requests since the fault was armed, from 1.
        times: How many in a row, from the nth.
        after: Count only what comes after the first matching authorisation request.
        client_uuid: For a submission: of any of its reports.
        device: Whose server address is used.
        status: Of ``status`` only; 400 to 599, `DEFAULT_STATUS` if not given.
        hold: Of ``hang`` only; a span of *real* time, `DEFAULT_HOLD` if not given.
    """

    do: Damage
    on: Literal["authorization", "usage"] | None = msgspec.field(default=None, name="kind")
    nth: int = 1
    times: int | Literal["all"] = 1
    after: Literal["authorization"] | None = None
    client_uuid: str | None = None
    device: str | None = None
    server: Literal["main", "standby"] | None = None
    status: int | None = None
    hold: str | None = None

    def aims_at(self, device: str, server: str) -> bool:
        """Tell whether what comes to *server* by the address of *device* is meant."""
        return self.device in (None, device) and self.server in (None, server)

    @property
    def lets_receive(self) -> bool:
        """Whether the server reads a request that is struck."""
        return self.do != "close-before-reading"

    @property
    def lets_process(self) -> bool:
        """Whether the server processes a request that is struck, as far as it can."""
        return self.do == "lose-answer"


def check_fault(fault: Fault) -> None:
    """
    See that the parts of *fault* fit together.

    Raises:
        ValueError: They do not; the message says what was expected and what was found.
    """
    if fault.nth < 1:
        raise ValueError(f"nth: expected 1 or more, got {fault.nth}")
    if fault.times != "all" and fault.times < 1:
        raise ValueError(f"times: expected 1 or more, or all, got {fault.times}")
    if fault.status is not None:
        _only_with("status", "status", fault)
        if not 400 <= fault.status <= 599:
            raise ValueError(f"status: expected 400 to 599, got {fault.status}")
    if fault.hold is not None:
        _only_with("hold", "hang", fault)
        parse_span(fault.hold)
    if fault.do == "refuse":
        _check_refuse(fault)


def _only_with(field: str, do: Damage, fault: Fault) -> None:
    if fault.do != do:
        raise ValueError(f"{field}: expected only with do: {do}, got do: {fault.do}")


def _check_refuse(fault: Fault) -> None:
    if fault.times != 1:
        raise ValueError(
            f"times: expected none with do: refuse, got {fault.times}; it lasts until "
            "the end of the step, and for longer turn the server down"
        )
    if fault.client_uuid is not None:
        raise ValueError(
            "clientUuid: expected none with do: refuse, which sees no request, got "
            f"{fault.client_uuid!r}; name the device instead"
        )


def describe(fault: Fault) -> str:
    """Say in one line what *fault* does to which request."""
    where = [
        fault.device and f"device {fault.device}",
        fault.client_uuid and f"client {fault.client_uuid}",
        fault.server,
        fault.after and f"after the first {fault.after}",
    ]
    extra = f" {fault.status or DEFAULT_STATUS}" if fault.do == "status" else ""
    aim = ", ".join(part for part in where if part)
    line = f"{fault.do}{extra} on {fault.on or 'request'} {_ordinals(fault)}"
    return f"{line} ({aim})" if aim else line


def _ordinals(fault: Fault) -> str:
    if fault.times == "all":
        return f"{fault.nth} and later"
    if fault.times == 1:
        return str(fault.nth)
    return f"{fault.nth} to {fault.nth + fault.times - 1}"


@dataclass
class _Armed:
    """A fault and what it has seen so far."""

    fault: Fault
    is_awake: bool
    seen: int = 0
    is_fired: bool = False

    def strikes(
        self, kind: str, device: str, server: str, client_uuids: Collection[str]
    ) -> bool:
        """Count one request and tell whether the fault strikes it."""
        fault = self.fault
        is_aimed_at = fault.aims_at(device, server) and (
            fault.client_uuid is None or fault.client_uuid in client_uuids
        )
        if is_aimed_at and not self.is_awake:
            self.is_awake = kind == fault.after
            return False
        if not is_aimed_at or fault.on not in (None, kind):
            return False
        self.seen += 1
        if fault.do == "refuse" or self.seen < fault.nth:
            return False
        return fault.times == "all" or self.seen < fault.nth + fault.times

    def is_due(self) -> bool:
        """Tell whether this is a refusal whose time has come."""
        if self.fault.do != "refuse" or self.is_fired:
            return False
        return self.is_awake and self.seen >= self.fault.nth - 1


class FaultPlan:
    """The armed faults, in the order in which they were armed."""

    def __init__(self) -> None:
        """Begin with none."""
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault) -> None:
        """
        Add *fault*; what it counts is counted from now on.

        Raises:
            ValueError: See `check_fault`.
        """
        check_fault(fault)
        self._armed.append(_Armed(fault, is_awake=fault.after is None))

    def pick(
        self, kind: str, device: str, server: str, client_uuids: Collection[str] = ()
    ) -> Fault | None:
        """Count one request for every fault and return the one that strikes it."""
        picked: Fault | None = None
        for armed in self._armed:
            strikes = armed.strikes(kind, device, server, client_uuids)
            if strikes and picked is None:
                picked, armed.is_fired = armed.fault, True
        return picked

    def due(self) -> tuple[Fault, ...]:
        """Return the refusals whose time has come, each only once."""
        due = [armed for armed in self._armed if armed.is_due()]
        for armed in due:
            armed.is_fired = True
        return tuple(armed.fault for armed in due)

    def never_fired(self) -> tuple[Fault, ...]:
        """Return the armed faults that have not struck anything."""
        return tuple(armed.fault for armed in self._armed if not armed.is_fired)

    def disarm(self) -> None:
        """Forget all faults."""
        self._armed.clear()
