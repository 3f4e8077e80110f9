"""What a run leaves behind for people and programs, with the evidence for its findings."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from harness.documents.bad_input import unwritable
from harness.domain.results import CaseResult, Results
from harness.domain.verdict import Severity
from harness.judge import judge
from harness.recordings.reader import read_recording
from harness.rules.catalogue import CATALOGUE
from harness.rules.rule import Rule
from harness.rules.text import text_of
from harness.suite.bundling import recording_path, write_bundles
from reports.files import write_results
from reports.page.dossier import Dossier, Evidence, RuleText

#: Nobody looks at more; a run in which all goes wrong would take long to be written.
_MOST_CASES = 60
#: What a rule says of itself beside its statement.
_PARTS = ("Source", "Observes", "Violated", "Silent")


def publish(
    results: Results,
    folder: Path,
    sdk_file: Path | None = None,
    *,
    with_bundles: bool = False,
    is_redacted: bool = False,
) -> Path:
    """
    Write all files of *results* into *folder*, and return the page for people.

    Args:
        results: What was found.
        folder: Where its files go.
        sdk_file: What the SDK was run with, for the commands that run it again.
        with_bundles: Each finding gets a bundle of its evidence, too.
        is_redacted: It does, with pseudonyms in place of secrets.

    Raises:
        BadInput: They cannot be written there.
    """
    dossier = dossier_of(results, folder, sdk_file)
    try:
        if with_bundles or is_redacted:
            write_bundles(results, dossier, folder, is_redacted=is_redacted)
        return write_results(results, folder, dossier)
    except OSError as error:
        raise unwritable(folder, error, "--out") from error


def dossier_of(results: Results, folder: Path, sdk_file: Path | None) -> Dossier:
    """Collect what is known of the rules, and of the cases that have findings."""
    rules = {rule.id: _in_words(rule) for rule in CATALOGUE}
    evidence = {
        case.id: evidence_of(case, folder, sdk_file)
        for case in _worst(results)
        if case.recording and recording_path(case.recording, folder).is_file()
    }
    return Dossier(rules, evidence)


def _in_words(rule: type[Rule]) -> RuleText:
    statement, *parts = text_of(rule)
    return RuleText(statement, tuple(zip(_PARTS, parts, strict=True)))


def _worst(results: Results) -> Iterable[CaseResult]:
    """Return the cases with findings that bind, the gravest and shortest first."""
    severities = list(Severity)
    rank: dict[str, int] = {}
    for rule in results.rules:
        for finding in rule.findings if rule.severity is not Severity.MAY else ():
            place = severities.index(rule.severity)
            rank[finding.case] = min(place, rank.get(finding.case, place))
    cases = [case for case in results.cases if case.id in rank]
    cases.sort(key=lambda case: (rank[case.id], case.virtual_seconds))
    return cases[:_MOST_CASES]


def evidence_of(case: CaseResult, folder: Path, sdk_file: Path | None) -> Evidence:
    """Read the recording of *case*, and judge it once more for its ledger."""
    path = recording_path(case.recording or "", folder)
    events = tuple(read_recording(path))
    return Evidence(
        events=events,
        slots=judge(events).slots,
        scenario=_scenario(case, folder),
        commands=tuple(_commands(case, path, folder, sdk_file)),
    )


def _scenario(case: CaseResult, folder: Path) -> str | None:
    """Return what was played, as a case file, where it is known."""
    if case.counterexample:
        return (folder / case.counterexample).read_text(encoding="utf-8")
    return _written(case.id)


def _written(case_id: str) -> str | None:
    """Return one of our cases as it is written, if it is one."""
    # Loaded where something went wrong, since what reads cases takes its time to load.
    from harness.suite.own_case import render_own_case

    return render_own_case(case_id)


def _commands(
    case: CaseResult, recording: Path, folder: Path, sdk_file: Path | None
) -> Iterable[tuple[str, str]]:
    """Say how to see it again: played by the SDK, and judged from its recording."""
    if sdk_file and case.counterexample:
        story = folder / case.counterexample
        yield _command("replay", story, sdk_file), "Play the story again:"
    elif sdk_file and _written(case.id):
        yield _command("run", sdk_file, "-k", case.id), "Play the case again:"
    judged = _command("judge", recording, "--allow-incomplete")
    yield judged, "Judge the recording again, without the SDK:"


def _command(*words: object) -> str:
    return shlex.join(["dlscheck", *map(str, words)])
