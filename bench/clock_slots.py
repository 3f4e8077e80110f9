"""
A thousand slots of three minutes in a row, for SDKs that read the machine's clock.

``python -m bench.clock_slots [SDK.yaml ...] [--slots N] [--clock MODE] [--generation G]``

In every slot one operation is done; each has to be submitted at its own tick, to the
millisecond, alone. A line for each SDK tells how many were, how long that took, and how
much of it the processors worked: for us, and for the SDK. Where others use the machine as
well, it is the sum of these two that says what an idle one would take. Ends with 1 where a
slot was lost or early.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.documents.bad_input import BadInput
from harness.domain.message import UsageSubmission
from harness.domain.recording import AnyEvent, Exchange, OperationCalled
from harness.domain.span import Span
from harness.scenario.case_file import Case
from harness.scenario.scenario import Operate, Repeat, Scenario, Start, Step, Stop
from harness.suite.stage import set_stage
from harness.suite.workshop import Workshop

_SDKS = [f"sdks/plain-{name}/sdk.yaml" for name in ("c", "java", "node", "python", "rust")]
_TICK = Span(minutes=3)
_HEADS = ("SDK", "in time", "lost", "early or late", "wall", "ours", "SDK's")


@dataclass(frozen=True)
class Run:
    """What one SDK did: counts of slots, and seconds."""

    name: str
    in_time: int
    lost: int
    out_of_time: int
    wall: float
    ours: float
    sdks: float

    def __str__(self) -> str:
        """Return a row of the table."""
        seconds = [f"{each:.1f} s" for each in (self.wall, self.ours, self.sdks)]
        counts = [self.name, self.in_time, self.lost, self.out_of_time]
        return _row([str(each) for each in counts] + seconds)


def main() -> int:
    """Play, print the table, and return the exit code: 2 where an SDK is not built."""
    arguments = _arguments()
    story = _story(arguments.slots)
    print(_row(_HEADS))
    is_good = True
    for sdk in arguments.sdks or _SDKS:
        try:
            run = _run(Path(sdk), arguments.generation, arguments.clock, story)
        except BadInput as error:
            print(error, file=sys.stderr)
            return 2
        is_good = is_good and run.in_time == arguments.slots and not run.out_of_time
        print(run, flush=True)
    return int(not is_good)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sdks", nargs="*")
    parser.add_argument("--slots", type=int, default=1000)
    parser.add_argument("--clock", default=None)
    parser.add_argument("--generation", default="dls")
    return parser.parse_args()


def _story(slots: int) -> Case:
    """Return a session with one operation a slot, and a tick after the last of them."""
    slot = Repeat(times=slots, steps=(Step(operate=Operate()), Step(advance=_TICK)))
    steps = (Step(start=Start()), Step(repeat=slot), Step(stop=Stop()))
    scenario = Scenario(summary="Slots in a row.", exercises=(), steps=steps)
    return Case(id="slots", path=Path("slots.yaml"), scenario=scenario)


def _run(sdk: Path, generation: str, clock: str | None, story: Case) -> Run:
    with tempfile.TemporaryDirectory() as out:
        stage = set_stage(sdk, generation, Path(out), clock=clock)
        before = _seconds()
        workshop = Workshop(stage)
        try:
            played = workshop.play(story)
        finally:
            workshop.close()
        wall, ours, sdks = (b - a for a, b in zip(before, _seconds(), strict=True))
    if played.fault:
        raise SystemExit(f"{sdk}: {played.fault}")
    return Run(stage.sdk_file.name, *_counts(played.events), wall, ours, sdks)


def _seconds() -> tuple[float, float, float]:
    """Return the time, and how long processors worked for us, and for our children."""
    ours = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        time.monotonic(),
        ours.ru_utime + ours.ru_stime,
        children.ru_utime + children.ru_stime,
    )


def _counts(events: Sequence[AnyEvent]) -> tuple[int, int, int]:
    """Return how many operations came at the tick after them, never, and at another."""
    wanted = Counter(
        event.at + _TICK for event in events if isinstance(event, OperationCalled)
    )
    seen = Counter(_submitted(events))
    in_time = sum((wanted & seen).values())
    return in_time, wanted.total() - seen.total(), seen.total() - in_time


def _submitted(events: Sequence[AnyEvent]) -> list[datetime]:
    """Return for each unit of usage when it came."""
    return [
        event.at
        for event in events
        if isinstance(event, Exchange) and isinstance(event.request, UsageSubmission)
        for report in event.request.reports
        for usage in report.usage
        for _ in range(int(usage.count or 0))
    ]


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:14}" + "".join(f"{cell:>15}" for cell in cells[1:])


if __name__ == "__main__":
    sys.exit(main())
