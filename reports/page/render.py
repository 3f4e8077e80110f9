"""Writing the page."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.domain.instant import render_span
from harness.domain.results import Results
from reports.comparison import CHANGES, Run, Step, families_of, rows_of
from reports.headline import verdict_of
from reports.page.dossier import Dossier
from reports.page.view import view_of
from reports.plain import printable

#: What is said of each exit code, and how it looks.
TONES = {0: "good", 1: "bad", 3: "open", 4: "open", 5: "bad", 6: "bad"}


def render_page(results: Results, dossier: Dossier) -> str:
    """Return *results* as one HTML document that needs nothing else."""
    page: str = (
        _environment()
        .get_template("report.html.j2")
        .render(
            view=view_of(results, dossier),
            verdict=verdict_of(results).lower(),
            tone=TONES[results.exit],
        )
    )
    return page


def render_comparison(runs: Sequence[Run], steps: Sequence[Step]) -> str:
    """Return *runs* side by side, and the *steps* between them, as one HTML document."""
    page: str = (
        _environment()
        .get_template("compare.html.j2")
        .render(runs=runs, steps=steps, kinds=CHANGES, families=families_of(rows_of(runs)))
    )
    return page


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    environment.filters["span"] = _span
    environment.globals.update(style=_asset("report.css"), script=_asset("report.js"))
    environment.globals["script_digest"] = _digest("report.js")
    environment.globals["style_digest"] = _digest("report.css")
    return environment


def _asset(name: str) -> Markup:
    """Return one of our own files, which is put into the page as it is."""
    return Markup(_text(name))


def _digest(name: str) -> str:
    """Return what a content security policy calls the file: nothing else may run."""
    digest = hashlib.sha256(_text(name).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _text(name: str) -> str:
    return (files("reports.page") / "assets" / name).read_text(encoding="utf-8")


def _span(seconds: float) -> str:
    return render_span(timedelta(seconds=round(seconds)))
