"""``dlscheck baseline``: the list of known failures."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from harness.cli.options import StrictOption
from harness.cli.results_file import load_results
from harness.documents.bad_input import BadInput
from harness.domain.verdict import Severity
from harness.suite.baseline import Baseline, Entry, updated
from harness.suite.baseline_file import load_baseline, write_baseline

app = typer.Typer(help="The list of known failures.", no_args_is_help=True)


@app.callback()
def baseline() -> None:
    """The list of known failures."""


@app.command()
def update(
    file: Annotated[Path, typer.Argument(metavar="BASELINE.yaml", help="The list.")],
    results: Annotated[
        Path, typer.Option(help="results.json of the run that it is to fit.")
    ] = Path("dlscheck-out/results.json"),
    reason: Annotated[str | None, typer.Option(help="Why these are put up with.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who sees to them.")] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day that counts.")
    ] = None,
    ticket: Annotated[str | None, typer.Option(help="Where they are worked on.")] = None,
    strict: StrictOption = False,
) -> None:
    """Make the list fit a run: what is stale goes, what is not excused yet comes."""
    found = load_results(results)
    known = load_baseline(file) if file.exists() else Baseline()
    severities = (Severity.MUST, Severity.SHOULD) if strict else (Severity.MUST,)
    today = datetime.now(UTC).date()  # noqa: TID251 - what expires today
    kept, missing = updated(known, found, today, severities)
    added = []
    if missing:
        told = _told(len(missing), reason, owner, expires, ticket)
        added = [
            msgspec.structs.replace(
                told,
                rule=rule,
                case=case,
                fingerprints=names,
                generation=found.sdk.generation,
            )
            for rule, case, names in missing
        ]
    write_baseline(Baseline((*kept.entries, *added)), file)
    gone = len(known.entries) - len(kept.entries)
    print(f"{file}: {len(added)} entries added, {gone} removed, {len(kept.entries)} kept")


def _told(
    count: int,
    reason: str | None,
    owner: str | None,
    expires: str | None,
    ticket: str | None,
) -> Entry:
    """Return an entry with what the user says of it, for no finding yet."""
    if not (reason and owner and expires):
        raise BadInput(
            f"{count} entries have to be added: say why, who sees to them and until when "
            "they count, with --reason, --owner and --expires 2026-12-31"
        )
    try:
        last = date.fromisoformat(expires)
    except ValueError as error:
        expected = "expected a date such as 2026-12-31"
        raise BadInput(f"--expires: {expected}, got {expires!r}") from error
    return Entry(rule="", case="", reason=reason, owner=owner, expires=last, ticket=ticket)
