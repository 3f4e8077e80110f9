"""
Submissions in one go: what is in order is read several times quicker than by paths.

A profile whose paths to a report's parts are plain keys describes a type, and decoding
into a type costs a fraction of looking up every path. Whatever does not fit the type at
once is left to the reader by paths, which says what is wrong with it: this one never
does, and never takes what that one would not.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from types import GenericAlias
from typing import Annotated, Any

import msgspec

from harness.domain.message import Report, Usage, UsageSubmission
from harness.wire.profile import UsageShape
from harness.wire.time_label import parse_time_label

type QuickReader = Callable[[bytes], UsageSubmission | None]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

#: Fields of a report in a profile, and what a message calls them.
_ATTRIBUTES = {
    "timeLabel": "time_label",
    "handshakeCode": "handshake_code",
    "organizationId": "organization_id",
    "clientUuid": "client_uuid",
    "product": "product",
    "licenceItemId": "licence_item_id",
}
_Name = Annotated[str, msgspec.Meta(min_length=1)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]

#: The same few labels come again and again: all clients share one grid.
_label = lru_cache(maxsize=4096)(parse_time_label)


def quick_reader(shape: UsageShape) -> QuickReader | None:
    """Return a reader for bodies of *shape*; ``None``: it is not as plain as that."""
    keys = (shape.reports, shape.usage, shape.type, shape.count, *shape.fields.values())
    is_plain = all(map(_PLAIN_KEY.fullmatch, keys)) and _are_apart(shape)
    if not is_plain or shape.time_label.startswith("epoch"):
        return None
    decode = msgspec.json.Decoder(_body_type(shape)).decode
    # What has to be there itself is in the type; what may be there in its place is not.
    required = [c for c in map(_choices, shape.required) if len(c) > 1]
    style = shape.time_label

    def read(body: bytes) -> UsageSubmission | None:
        try:
            body.decode()  # the decoder passes over what it skips
            rows = decode(body).reports
            reports = tuple([_report(row, style) for row in rows])
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        for choices in required:
            for report in reports:
                if not _has(report, choices):
                    return None
        return UsageSubmission(reports=reports)

    return read


def _are_apart(shape: UsageShape) -> bool:
    """Tell whether no two parts are read from one key: a type has each only once."""
    of_report = (*shape.fields.values(), shape.usage)
    return len(set(of_report)) == len(of_report) and shape.type != shape.count


def _body_type(shape: UsageShape) -> Any:
    entry = _struct("Entry", {"type": (shape.type, _Name), "count": (shape.count, _Count)})
    fields: dict[str, tuple[str, Any]] = {
        _ATTRIBUTES[name]: (key, _Name if name in shape.required else str | None)
        for name, key in shape.fields.items()
    }
    report = _struct(
        "Row", {**fields, "usage": (shape.usage, GenericAlias(list, (entry,)))}
    )
    reports = GenericAlias(list, (report,))
    return _struct("Body", {"reports": (shape.reports, reports)})


def _struct(name: str, fields: dict[str, tuple[str, Any]]) -> Any:
    """Make a type of *fields*, each with its key and type; what it lacks is ``None``."""
    parts: list[Any] = [
        (attribute, kind, None) if kind == str | None else (attribute, kind)
        for attribute, (_, kind) in fields.items()
    ]
    return msgspec.defstruct(
        name,
        parts,
        rename={attribute: key for attribute, (key, _) in fields.items()},
        kw_only=True,
        gc=False,
        namespace={known: None for known in _ATTRIBUTES.values() if known not in fields},
    )


def _choices(wanted: str) -> tuple[str, ...]:
    return tuple(_ATTRIBUTES[name] for name in wanted.split(" or "))


def _has(report: Report, choices: tuple[str, ...]) -> bool:
    # A loop: any() with its generator takes twice the time, for each report and choice.
    for name in choices:  # noqa: SIM110
        if getattr(report, name):
            return True
    return False


def _report(row: Any, style: str) -> Report:
    written = row.time_label
    return Report(
        time_label=None if written is None else _label(written, style),
        handshake_code=row.handshake_code,
        organization_id=row.organization_id,
        client_uuid=row.client_uuid,
        product=row.product,
        licence_item_id=row.licence_item_id,
        usage=tuple([Usage(type=one.type, count=one.count) for one in row.usage]),
    )
