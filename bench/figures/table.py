"""Figures as people read them: in a terminal, and on the page of the benchmarks."""

from collections.abc import Iterable
from pathlib import Path

from bench.figures.figure import Figure, Results

_BEGIN, _END = "<!-- results: make bench writes them -->", "<!-- end of results -->"


def line_of(figure: Figure) -> str:
    """Return *figure* in one line."""
    against = f"{figure.ratio:.3g} of {figure.against}" if figure.against else ""
    told = f"{figure.group:9} {figure.name:38} {_number(figure.value):>9} {figure.unit}"
    return "  ".join(filter(None, [told, against, _bar(figure)]))


def page_with(page: str, results: Results) -> str:
    """Return *page* with the table of *results* in its place."""
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    return "\n".join([head + _BEGIN, "", *_table(results), "", _END]) + tail


def write_page(path: Path, results: Results) -> None:
    """Put the table of *results* into the page at *path*."""
    page = page_with(path.read_text(encoding="utf-8"), results)
    path.write_text(page, encoding="utf-8")


def _table(results: Results) -> Iterable[str]:
    yield (
        f"Python {results.python} on {results.cores} cores ({results.processor}); "
        f"{results.load:.1f} processes wanted a core when it began; it took "
        f"{results.wall_seconds / 60:.0f} minutes."
    )
    yield ""
    yield "| figure | value | ratio | bar | |"
    yield "| --- | --- | --- | --- | --- |"
    for one in results.figures:
        ratio = f"{one.ratio:.3g} of {one.against}" if one.against else ""
        value = f"{_number(one.value)} {one.unit}"
        cells = (f"{one.group}: {one.name}", value, ratio, _bar(one), one.note)
        yield f"| {' | '.join(cells)} |"
    for group, why in results.missing.items():
        yield f"| {group} | not measured: {why} | | | |"


def _bar(figure: Figure) -> str:
    if figure.bar is None or not figure.judged:
        return ""
    if figure.is_met:
        return f"met ({figure.sense} {_number(figure.bar)})"
    off = max(figure.judged / figure.bar, figure.bar / figure.judged)
    return f"missed by a factor of {off:.2g} ({figure.sense} {_number(figure.bar)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"
