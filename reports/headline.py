"""The one line that says it all."""

from datetime import timedelta

from harness.domain.clock_mode import inexact_by
from harness.domain.instant import render_span
from harness.domain.results import Results

_WORDS = {
    0: "conforms",
    1: "does NOT conform",
    3: "incomplete",
    4: "stale baseline",
    5: "driver fault",
    6: "our own fault",
}


def render_headline(results: Results) -> str:
    """Say which SDK it was, in which clock mode, and how it went."""
    sdk, totals = results.sdk, results.totals
    return (
        f"{sdk.name} {sdk.version} ({sdk.product}, {sdk.generation.upper()}, "
        f"{clock_of(results)}): {verdict_of(results)}. "
        f"{totals.satisfied} rules satisfied, {totals.violated} violated, "
        f"{totals.not_exercised} not exercised, {totals.not_observable} not observable, "
        f"{totals.not_applicable} not applicable, in {totals.cases} cases"
        f"{'.' if results.partial else ''}{partial_of(results)}"
    )


def clock_of(results: Results) -> str:
    """Say how time passed, and where instants are not exact."""
    inexact = inexact_by(results.clock)
    exactness = f", exact to {render_span(inexact)}" if inexact else ""
    return f"{results.clock} clock{exactness}"


def partial_of(results: Results) -> str:
    """Say that a part of the run is missing, if it is."""
    return f" This is PARTIAL: {results.partial}." if results.partial else ""


def verdict_of(results: Results) -> str:
    """Say in a word or two how it went."""
    if results.exit == 0 and results.excused:
        return "conforms but for known failures"
    return _WORDS[results.exit]


def render_times(results: Results) -> str:
    """Say how much virtual time passed in how much wall time."""
    virtual = render_span(timedelta(seconds=round(results.virtual_seconds)))
    return f"{virtual} of virtual time in {results.wall_seconds:.1f} s"
