"""The files that a run leaves behind."""

from pathlib import Path

import msgspec

from harness.domain.results import Results
from reports.junit import render_junit
from reports.markdown import render_markdown


def write_results(results: Results, folder: Path) -> None:
    """Write ``results.json``, ``junit.xml`` and ``summary.md`` into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(results), indent=2)
    (folder / "results.json").write_bytes(text + b"\n")
    (folder / "junit.xml").write_bytes(render_junit(results))
    (folder / "summary.md").write_text(render_markdown(results), encoding="utf-8")
