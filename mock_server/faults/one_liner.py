"""
A fault in one line of text, for command lines: ``usage:2 status=503 times=3``.

First the kind of request, with which of them after a colon; either may be left out.
Then the damage in a word, and whatever else there is to say as ``key=value`` with the
keys of `Fault`. Values with spaces are quoted as in a shell.
"""

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, get_args

import msgspec

from mock_server.faults.check import check_fault
from mock_server.faults.damage import Damage
from mock_server.faults.fault import Fault, MessageKind

KINDS: tuple[str, ...] = get_args(MessageKind)
DAMAGES: tuple[str, ...] = get_args(Damage)

_HEAD = re.compile(r"(?P<kind>[a-z]*)(?::(?P<nth>\d+))?")
_FIELDS = {field.encode_name: field for field in msgspec.structs.fields(Fault)}
_KEYS = tuple(name for name in _FIELDS if name not in ("do", "kind", "stored"))
_INTEGERS = ("nth", "every", "inSession", "status", "retryAfter", "bytes")
_BY_NAME = ("header", "query")


def parse_fault(text: str) -> Fault:
    """
    Read a fault from one line of *text*.

    Raises:
        ValueError: It says no fault; the message says which word is wrong, and why.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ValueError(f"{text!r}: {str(error).lower()}") from error
    values: dict[str, Any] = {}
    for name, value in _parts(words):
        _put(values, name, value)
    if "do" not in values:
        raise ValueError(
            f"{text!r}: expected a damage ({', '.join(DAMAGES)}) or status=NUMBER"
        )
    try:
        fault = msgspec.convert(values, Fault)
        check_fault(fault)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).removesuffix("`").partition(" - at `$.")
        raise ValueError(f"{text!r}: {where}: {problem}") from error
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from error
    return fault


def render_fault(fault: Fault) -> str:
    """Return the line that `parse_fault` reads as *fault*."""
    nth = f":{fault.nth}" if fault.nth != 1 else ""
    head = f"{fault.on or ''}{nth}"
    do = "" if fault.do == "status" and fault.status is not None else fault.do
    stored = "stored" if fault.stored else ""
    said = (f"{name}={value}" for name, value in _said(fault))
    return " ".join(shlex.quote(word) for word in (head, do, stored, *said) if word)


def _parts(words: list[str]) -> Iterator[tuple[str, Any]]:
    """Take each word apart into a key and its value."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        head = _HEAD.fullmatch(word)
        if equals:
            yield name, _value(name, value)
            if name == "status" and not set(words) & set(DAMAGES):
                yield "do", "status"
        elif word in DAMAGES:
            yield "do", word
        elif word == "stored":
            yield "stored", True
        elif index == 0 and head and (head["kind"] in KINDS or not head["kind"]):
            yield from _head(head)
        elif word in KINDS:
            raise ValueError(f"{word}: expected as the first word, if at all")
        else:
            raise ValueError(_unknown(word, (*DAMAGES, *KINDS, "stored")))


def _head(head: re.Match[str]) -> Iterator[tuple[str, Any]]:
    if head["kind"]:
        yield "kind", head["kind"]
    if head["nth"]:
        yield "nth", int(head["nth"])


def _value(name: str, text: str) -> Any:
    """Return what *text* means for the key *name*."""
    if name.partition(".")[0] not in _KEYS:
        raise ValueError(_unknown(f"{name}=", tuple(f"{key}=" for key in _KEYS)))
    if name in _INTEGERS or (name == "times" and text != "all"):
        return _number(name, text, int)
    if name == "probability":
        if text.endswith("%"):
            return _number(name, text[:-1], float) / 100
        return _number(name, text, float)
    return text


def _number(name: str, text: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"{name}: expected a number, got {text!r}") from None


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    family, dot, inner = name.partition(".")
    if family in _BY_NAME and not inner:
        raise ValueError(f"{name}: expected {family}.NAME=VALUE")
    if dot and family not in _BY_NAME:
        raise ValueError(f"{name}: expected no dot; only header and query have names")
    into = values.setdefault(family, {}) if inner else values
    key = inner or name
    if key in into:
        raise ValueError(f"{name}: expected once, got {into[key]!r} and {value!r}")
    into[key] = value


def _said(fault: Fault) -> Iterator[tuple[str, Any]]:
    for name in _KEYS:
        value = getattr(fault, _FIELDS[name].name)
        if name == "nth" or value == _FIELDS[name].default:
            continue
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", text) for key, text in value.items())
        elif isinstance(value, datetime):
            yield name, value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        else:
            yield name, value


def _unknown(word: str, known: tuple[str, ...]) -> str:
    """Say that *word* is none of *known*, and which it may have been meant to be."""
    close = get_close_matches(word, known, n=1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    return f"unknown word {word!r}; {meant}known: {', '.join(known)}"
