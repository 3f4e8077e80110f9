"""A fault in words, as recordings and reports name it."""

from collections.abc import Iterator
from datetime import datetime

from harness.domain.instant import render_instant
from mock_server.faults.fault import (
    DEFAULT_DELAY,
    DEFAULT_REDIRECT,
    DEFAULT_STATUS,
    Fault,
)

_AIMS = {
    "device": "device {}",
    "client_uuid": "client {}",
    "code": "code {}",
    "slot": "slot {}",
    "server": "{}",
    "method": "{}",
    "path": "path {}",
    "header": "header {}",
    "query": "query {}",
    "in_session": "number {} of its session",
    "after": "after the first {}",
    "since": "since {}",
    "until": "until {}",
    "lasts": "for {}",
    "probability": "with probability {}",
}


def describe(fault: Fault) -> str:
    """Say in one line what *fault* does to which request."""
    line = f"{_damage(fault)} on {fault.on or 'request'} {_ordinals(fault)}"
    aim = ", ".join(_aim(fault))
    return f"{line} ({aim})" if aim else line


def _damage(fault: Fault) -> str:
    extra = {
        "status": fault.status or DEFAULT_STATUS,
        "redirect": fault.status or DEFAULT_REDIRECT,
        "process-late": fault.by or DEFAULT_DELAY,
        "answer-late": fault.by or DEFAULT_DELAY,
        "dribble": fault.by or DEFAULT_DELAY,
    }.get(fault.do)
    words = [fault.do, extra, fault.stored and "after storing"]
    if fault.bytes is not None:
        words.append(f"at byte {fault.bytes}")
    return " ".join(str(word) for word in words if word)


def _aim(fault: Fault) -> Iterator[str]:
    for name, text in _AIMS.items():
        value = getattr(fault, name)
        if isinstance(value, datetime):
            yield text.format(render_instant(value))
        elif isinstance(value, dict):
            yield from (text.format(f"{key}={inner}") for key, inner in value.items())
        elif value is not None:
            yield text.format(value)


def _ordinals(fault: Fault) -> str:
    if fault.every > 1:
        most = f", {fault.most} times" if fault.most else ""
        return f"{fault.nth} and every {fault.every} after{most}"
    if fault.most is None:
        return f"{fault.nth} and later"
    if fault.most == 1:
        return str(fault.nth)
    return f"{fault.nth} to {fault.nth + fault.most - 1}"
