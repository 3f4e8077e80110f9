"""
A recording as text: one line an event, to be read from top to bottom.

Times of day are virtual time; a span in which nothing happened is told by its length.
What a device did of itself, requests, is set in one step.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from harness.domain.instant import render_span
from harness.domain.recording import AnyEvent, RecordingOpened
from harness.domain.results import Finding, RuleResult
from reports.event_line import render_event
from reports.plain import printable

#: From this length on a span is worth a line of its own.
_LONG = timedelta(minutes=10)

#: A timeline with more lines than this is told in parts.
_MOST_LINES = 45
_HEAD, _BEFORE, _AFTER, _MOST_MARKS = 4, 8, 4, 2

#: Finding and rule, by the entry that they are marked at.
_Marks = dict[int, list[tuple[RuleResult, Finding]]]


def render_timeline(events: Sequence[AnyEvent], rules: Iterable[RuleResult] = ()) -> str:
    """Tell *events*, a whole recording; the findings of *rules* stand where they belong."""
    return printable("\n".join(_lines(events, _marks(rules))))


def around_marks(timeline: str) -> str:
    """Return a long *timeline* with its beginning and what is around its findings."""
    lines = timeline.split("\n")
    if len(lines) <= _MOST_LINES:
        return timeline
    marks = [n for n, line in enumerate(lines) if line.lstrip().startswith("^ ")]
    kept = {*range(_HEAD)}
    for mark in (*marks[:_MOST_MARKS], *marks[-1:]):
        kept.update(range(max(mark - _BEFORE, 0), min(mark + _AFTER, len(lines))))
    told, last = [], -1
    for place in sorted(kept):
        if place > last + 1:
            told.append(f"{'':>7}... {place - last - 1} lines")
        told.append(lines[place])
        last = place
    return "\n".join(told)


def _marks(rules: Iterable[RuleResult]) -> _Marks:
    marks: _Marks = defaultdict(list)
    for rule in rules:
        for finding in rule.findings:
            for entry in finding.entries:
                marks[entry].append((rule, finding))
    return marks


def _lines(events: Sequence[AnyEvent], marks: _Marks) -> Iterator[str]:
    last: datetime | None = None
    for entry, event in enumerate(events):
        if isinstance(event, RecordingOpened):
            yield render_event(event) or ""
            continue
        text = render_event(event)
        if text is None and entry not in marks:
            continue
        yield from _passing(last, event.at)
        last = event.at
        device = getattr(event, "device", None) or ""
        told = " ".join((text or str(event.__struct_config__.tag)).splitlines())
        yield f"{entry:>5}  {_time(event.at):<12}  {device:<2} {told}"
        for rule, finding in marks.get(entry, ()):
            yield from _mark(entry, rule, finding)


def _passing(last: datetime | None, now: datetime) -> Iterator[str]:
    """Tell that much time has passed, or that another day has begun."""
    if last and now - last >= _LONG:
        yield f"{'':>7}... {render_span(now - last)}"
    if last is None or now.date() != last.date():
        yield f"{'':>7}{now:%Y-%m-%d}"


def _time(at: datetime) -> str:
    milliseconds = at.microsecond // 1000
    return f"{at:%H:%M:%S}" + (f".{milliseconds:03d}" if milliseconds else "")


def _mark(entry: int, rule: RuleResult, finding: Finding) -> Iterator[str]:
    """Name the rule at each event concerned, and say what is wrong at the last one."""
    margin = f"{'':>7}"
    yield f"{margin}^ {rule.id} ({rule.severity})"
    if entry == finding.entries[-1]:
        yield f"{margin}    expected  {finding.expected}"
        yield f"{margin}    got       {finding.got}"
