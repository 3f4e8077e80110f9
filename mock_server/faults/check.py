"""Whether the parts of a fault fit together."""

from collections.abc import Iterator

import msgspec

from harness.domain.instant import parse_span
from mock_server.faults.damage import TRAITS
from mock_server.faults.fault import Fault

#: The keys that say more about a damage.
_OF_DAMAGES = ("status", "retry_after", "location", "bytes", "hold", "by", "stored")
#: What connections cannot be told by.
_OF_REQUESTS = (
    *("in_session", "probability", "since", "until", "lasts"),
    *("client_uuid", "code", "slot", "method", "path", "header", "query"),
)
_AT_LEAST = {"nth": 1, "every": 1, "in_session": 1, "retry_after": 0, "bytes": 0}
_SPANS = ("lasts", "hold", "by")

_NAMES = {field.name: field.encode_name for field in msgspec.structs.fields(Fault)}


def check_fault(fault: Fault) -> None:
    """
    See that the parts of *fault* fit together.

    Raises:
        ValueError: They do not; the message says what was expected and what was found.
    """
    for problem in _problems(fault):
        raise ValueError(problem)


def _problems(fault: Fault) -> Iterator[str]:
    yield from _number_problems(fault)
    yield from _damage_problems(fault)
    for name in _SPANS:
        span = getattr(fault, name)
        if span is not None:
            yield from _span_problems(span)
    if fault.trait.is_of_connections:
        yield from _connection_problems(fault)


def _number_problems(fault: Fault) -> Iterator[str]:
    for name, least in _AT_LEAST.items():
        number = getattr(fault, name)
        if number is not None and number < least:
            yield f"{_NAMES[name]}: expected {least} or more, got {number}"
    if isinstance(fault.times, int) and fault.times < 1:
        yield f"times: expected 1 or more, or all, got {fault.times}"
    if fault.probability is not None and not 0 <= fault.probability <= 1:
        yield f"probability: expected 0 to 1, got {fault.probability}"
    if fault.since and fault.until and fault.until <= fault.since:
        yield f"until: expected an instant after since, {fault.since}, got {fault.until}"


def _damage_problems(fault: Fault) -> Iterator[str]:
    for name in _OF_DAMAGES:
        if getattr(fault, name) not in (None, False) and name not in fault.trait.takes:
            takers = [do for do, trait in TRAITS.items() if name in trait.takes]
            listed = ", ".join(takers)
            yield f"{_NAMES[name]}: expected only with do: {listed}, got do: {fault.do}"
    first, last = (300, 399) if fault.do == "redirect" else (400, 599)
    if fault.status is not None and not first <= fault.status <= last:
        yield f"status: expected {first} to {last}, got {fault.status}"


def _span_problems(span: str) -> Iterator[str]:
    try:
        parse_span(span)
    except ValueError as error:
        yield str(error)


def _connection_problems(fault: Fault) -> Iterator[str]:
    if fault.times not in (None, 1) or fault.every != 1:
        name = "times" if fault.times not in (None, 1) else "every"
        yield (
            f"{name}: expected none with do: {fault.do}, got {getattr(fault, name)}; it "
            "lasts until the end of the step, and for longer turn the server down"
        )
    for name in _OF_REQUESTS:
        value = getattr(fault, name)
        if value is not None:
            yield (
                f"{_NAMES[name]}: expected none with do: {fault.do}, which sees no "
                f"request, got {value!r}; name the device instead"
            )
