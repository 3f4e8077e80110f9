"""
The rows of a timeline, laid out as shapes.

A space-time diagram: time goes down, each device and each server has a line of its own,
and a request is an arrow from one to the other. All numbers are pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from harness.domain.message import Refusal
from harness.domain.recording import (
    ClockSet,
    DeviceWiped,
    Event,
    Exchange,
    OperationCalled,
    ServerTurned,
    SessionCrashed,
    SessionStopped,
    StartAnswered,
    StartCalled,
)
from reports.event_line import render_fate, render_request
from reports.page.rows import EventRow, NoteRow, Row, SlotRow

_TOP = 34
_EVENT, _EXCHANGE, _SLOT, _NOTE = 22, 40, 24, 26
#: Where the lines are: after the times, so far apart.
_FIRST_LANE, _LANE_STEP, _LABEL_GAP = 120, 84, 22
_LABEL_WIDTH = 620
#: Where nobody knows which device sent a request.
_UNKNOWN = "unknown"
#: So many characters fit into the width of a label.
_LABEL_LETTERS = 92


@dataclass(frozen=True)
class Lane:
    """The line of a device or a server."""

    name: str
    kind: str
    x: int


@dataclass(frozen=True)
class Shape:
    """A band, bar or mark: *kind* says how it looks."""

    kind: str
    x: int
    y: int
    height: int = 0
    title: str = ""


@dataclass(frozen=True)
class Arrow:
    """A request on its way, or its answer. *kind*: ``request``, ``answer``, ``lost``."""

    kind: str
    start: int
    end: int
    y: int

    @property
    def tip(self) -> int:
        """Where it ends: half way if it is lost."""
        lost = self.kind == "answer lost"
        return (self.start + self.end) // 2 if lost else self.end

    @property
    def head(self) -> str:
        """The outline of its head; a cross where it is lost."""
        x, y = self.tip, self.y + 3
        if self.kind == "answer lost":
            return f"M{x - 5} {y - 5}l10 10m0 -10l-10 10"
        back = -8 if self.end > self.start else 8
        return f"M{x} {y}l{back} -5v9z"


@dataclass(frozen=True)
class Label:
    """Words at a place; *full* where they had to be cut."""

    kind: str
    x: int
    y: int
    text: str
    full: str = ""


@dataclass(frozen=True)
class Badge:
    """The number of a finding beside an event that it is about."""

    x: int
    y: int
    number: int
    anchor: str


@dataclass
class Drawing:
    """All shapes of one timeline, in the order in which they are drawn."""

    lanes: list[Lane]
    width: int
    height: int = _TOP
    shapes: list[Shape] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    badges: list[Badge] = field(default_factory=list)


#: The findings that an entry is about: their numbers and anchors.
Marks = Mapping[int, Sequence[tuple[int, str]]]


def draw(rows: Sequence[Row], marks: Marks) -> Drawing:
    """Lay out *rows*; events that *marks* name stand out."""
    return _Draughtsman(rows, marks).draw()


class _Draughtsman:
    """Goes through the rows once, and knows what is under way."""

    def __init__(self, rows: Sequence[Row], marks: Marks) -> None:
        self._rows, self._marks = rows, marks
        lanes = _lanes(rows)
        self._x = {(lane.kind, lane.name): lane.x for lane in lanes}
        self._has_several = sum(lane.kind == "device" for lane in lanes) > 1
        self._label_x = max((lane.x for lane in lanes), default=_FIRST_LANE) + _LABEL_GAP
        self._drawing = Drawing(lanes, self._label_x + _LABEL_WIDTH)
        self._sessions: dict[str, tuple[int, str]] = {}
        self._outages: dict[str, int] = {}

    def draw(self) -> Drawing:
        for row in self._rows:
            match row:
                case SlotRow():
                    self._slot(row)
                case NoteRow():
                    self._note(row)
                case EventRow():
                    self._event(row)
        for device in list(self._sessions):
            self._end(device, self._drawing.height)
        for server in list(self._outages):
            self._server_up(server, self._drawing.height)
        self._drawing.height += 8
        return self._drawing

    def _slot(self, row: SlotRow) -> None:
        y = self._advance(_SLOT) + 6
        day = f"{row.slot:%Y-%m-%d} " if row.is_other_day else ""
        self._drawing.shapes.append(Shape("boundary", 0, y))
        self._label("slot", self._label_x, y + 13, f"slot {day}{_time(row.slot)}")

    def _note(self, row: NoteRow) -> None:
        y = self._advance(_NOTE) + _NOTE // 2
        self._drawing.shapes.append(Shape(row.kind, 0, y))
        self._label(row.kind, self._label_x, y + 4, row.text)

    def _event(self, row: EventRow) -> None:
        height = _EXCHANGE if isinstance(row.event, Exchange) else _EVENT
        top = self._advance(height)
        y = top + _EVENT // 2
        marks = self._marks.get(row.entry, ())
        if marks:
            self._drawing.shapes.append(Shape("mark", 0, top, height))
        self._label("time", 8, y + 4, _time(row.event.at))
        for place, (number, anchor) in enumerate(marks):
            x = self._drawing.width - 16 - 24 * place
            self._drawing.badges.append(Badge(x, y, number, anchor))
        if isinstance(row.event, Exchange):
            self._exchange(row.event, y)
        else:
            self._happened(row, y)

    def _happened(self, row: EventRow, y: int) -> None:
        event = row.event
        x = self._x.get(("device", _device(event) or ""), _FIRST_LANE)
        kind = "event"
        match event:
            case StartCalled():
                self._end(event.device, y)
                self._sessions[event.device] = (y, "session")
            case StartAnswered() if not event.authorized:
                began, _ = self._sessions.get(event.device, (y, ""))
                self._sessions[event.device] = (began, "session vain")
            case OperationCalled():
                kind = "operation" if event.success else "operation vain"
                self._drawing.shapes.append(Shape(kind, x, y, title=row.text))
            case SessionStopped():
                self._end(event.device, y)
            case SessionCrashed():
                self._end(event.device, y)
                self._drawing.shapes.append(Shape("crash", x, y, title="crash"))
            case ClockSet() | DeviceWiped():
                self._drawing.shapes.append(Shape("change", x, y, title=row.text))
            case ServerTurned(up=True):
                self._server_up(event.server, y)
            case ServerTurned():
                self._outages.setdefault(event.server, y)
        self._label(kind, self._label_x, y + 4, self._of(event, row.text))

    def _of(self, event: Event, text: str) -> str:
        """Say of which device, where there are several."""
        device = _device(event)
        return f"{device}: {text}" if device and self._has_several else text

    def _exchange(self, event: Exchange, y: int) -> None:
        start = self._x["device", event.device or _UNKNOWN]
        end = self._x[("server", event.server)]
        back = y + _EXCHANGE - _EVENT
        kind = _answer_kind(event)
        self._drawing.arrows.append(Arrow("request", start, end, y))
        self._drawing.arrows.append(Arrow(kind, end, start, back))
        if event.fault:
            self._drawing.shapes.append(Shape("fault", end, y + 9, title=event.fault))
        asked = self._of(event, render_request(event))
        self._label("request", self._label_x, y + 4, asked)
        self._label(kind, self._label_x, back + 3, render_fate(event))

    def _end(self, device: str, y: int) -> None:
        if device in self._sessions:
            began, kind = self._sessions.pop(device)
            x = self._x["device", device]
            self._drawing.shapes.append(Shape(kind, x, began, max(y - began, 4)))

    def _server_up(self, server: str, y: int) -> None:
        began = self._outages.pop(server, None)
        if began is not None:
            x = self._x["server", server]
            title = f"{server} server down"
            self._drawing.shapes.append(Shape("down", x, began, y - began, title))

    def _label(self, kind: str, x: int, y: int, text: str) -> None:
        short = text if len(text) <= _LABEL_LETTERS else text[: _LABEL_LETTERS - 1] + "…"
        full = text if short != text else ""
        self._drawing.labels.append(Label(kind, x, y, short, full))

    def _advance(self, height: int) -> int:
        top = self._drawing.height
        self._drawing.height += height
        return top


def _lanes(rows: Sequence[Row]) -> list[Lane]:
    """Return a line for each device, then one for each server that may be asked."""
    events = [row.event for row in rows if isinstance(row, EventRow)]
    devices = dict.fromkeys(_device(event) for event in events)
    told = {server: None for event in events for server in _servers(event)}
    names = [
        *(("device", name) for name in devices if name),
        *(("server", name) for name in ("main", "standby") if name in told),
    ]
    return [
        Lane(name, kind, _FIRST_LANE + _LANE_STEP * place)
        for place, (kind, name) in enumerate(names)
    ]


def _device(event: Event) -> str | None:
    """Return the device that *event* is about; a request always comes from some device."""
    named: str | None = getattr(event, "device", None)
    return named or (_UNKNOWN if isinstance(event, Exchange) else None)


def _servers(event: Event) -> tuple[str, ...]:
    """Return the servers that *event* is about: a start names those that it is told of."""
    match event:
        case StartCalled():
            return ("main", "standby")[: len(event.configuration.servers)]
        case Exchange() | ServerTurned():
            return (event.server,)
    return ()


def _answer_kind(event: Exchange) -> str:
    """Say how the way back looks: an answer, one that tells of a failure, or none."""
    if event.answer is not None:
        return "answer bad" if isinstance(event.answer, Refusal) else "answer"
    return "answer lost" if event.status is None else "answer bad"


def _time(at: datetime) -> str:
    milliseconds = at.microsecond // 1000
    return f"{at:%H:%M:%S}" + (f".{milliseconds:03d}" if milliseconds else "")
