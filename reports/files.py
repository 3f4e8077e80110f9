"""The files that a run leaves behind."""

from pathlib import Path

import msgspec

from harness.domain.results import Results
from reports.badge import render_badge
from reports.junit import render_junit
from reports.markdown import render_markdown
from reports.page.dossier import Dossier
from reports.page.render import render_page


def write_results(results: Results, folder: Path, dossier: Dossier) -> Path:
    """
    Write ``results.json``, ``junit.xml``, ``summary.md``, a badge and ``report.html``.

    All of them go into *folder*; the path of the last one, for people, is returned.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(results), indent=2)
    (folder / "results.json").write_bytes(text + b"\n")
    (folder / "junit.xml").write_bytes(render_junit(results))
    (folder / "summary.md").write_text(render_markdown(results), encoding="utf-8")
    (folder / "badge.svg").write_text(render_badge(results), encoding="utf-8")
    page = folder / "report.html"
    page.write_text(render_page(results, dossier), encoding="utf-8")
    return page
