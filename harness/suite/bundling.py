"""The evidence of each finding, bundled into one file that can be passed on."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from harness.capture.run_redaction import RunRedactor
from harness.domain.recording import AnyEvent, RecordingOpened, Sdk
from harness.domain.results import Finding, Record, Results, RuleResult
from harness.domain.verdict import Severity
from harness.judge import judge
from harness.recordings.bundle import RECORDING, open_recording, write_bundle
from reports.failure import render_finding
from reports.page.dossier import Dossier, Evidence, RuleText
from reports.timeline import render_timeline

#: Folder of the bundles, below the results.
EVIDENCE = "evidence"
SCHEMA = "dlscheck-evidence/1"


class Manifest(Record, frozen=True, kw_only=True):
    """
    What a bundle is about, and how its recording came to be.

    Attributes:
        statement: What the rule says must hold.
        sections: Its source, and when it is violated.
        wire: The name of the wire profile.
    """

    schema: str
    rule: str
    severity: str
    statement: str
    sections: dict[str, str]
    finding: Finding
    dlscheck: str
    sdk: Sdk
    clock: str
    seed: int | None
    wire: str
    command: str


def write_bundles(
    results: Results, dossier: Dossier, folder: Path, *, is_redacted: bool = False
) -> list[Path]:
    """
    Write a bundle for each finding of which there is evidence; may rules have none.

    One that *is_redacted* has pseudonyms in place of secrets, and says the same.
    """
    recordings = {case.id: case.recording for case in results.cases}
    written = []
    for rule in results.rules:
        for finding in rule.findings if rule.severity is not Severity.MAY else ():
            evidence = dossier.evidence.get(finding.case)
            recording = recordings.get(finding.case)
            if evidence is None or recording is None:
                continue
            path = folder / EVIDENCE / f"{finding.fingerprint}.zip"
            shown, content = finding, _content(recording_path(recording, folder))
            if is_redacted:
                evidence, content = _redacted(evidence)
                shown = _found_again(rule, finding, evidence.events)
            files = _files(results, rule, shown, dossier, evidence)
            write_bundle(path, {**files, RECORDING: content})
            written.append(path)
    return written


def _content(recording: Path) -> bytes:
    with open_recording(recording) as file:
        return file.read()


def _redacted(evidence: Evidence) -> tuple[Evidence, bytes]:
    """Return the evidence without secrets, and its recording as a file holds it."""
    redactor = RunRedactor()
    events = tuple(redactor.event(event) for event in evidence.events)
    content = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
    return replace(evidence, events=events), content


def _found_again(rule: RuleResult, finding: Finding, events: Sequence[AnyEvent]) -> Finding:
    """
    Return *finding* as it is found in *events*, which tell the same in other words.

    Of a generated story it may have another rank, and so another fingerprint.
    """
    found = [f for r in judge(events).rules if r.id == rule.id for f in r.findings]
    found.sort(key=lambda one: (one.at != finding.at, one.device != finding.device))
    told = found[0]
    return msgspec.structs.replace(
        told, fingerprint=finding.fingerprint, baseline=finding.baseline
    )


def recording_path(recording: str, folder: Path) -> Path:
    """Find a recording: a run's is below *folder*, one that was judged anywhere."""
    below = folder / recording
    return below if below.is_file() else Path(recording)


def _files(
    results: Results,
    rule: RuleResult,
    finding: Finding,
    dossier: Dossier,
    evidence: Evidence,
) -> dict[str, bytes]:
    only = msgspec.structs.replace(rule, findings=(finding,))
    text = dossier.rules.get(rule.id, RuleText(""))
    manifest = _manifest(results, rule, finding, text, evidence)
    told = (
        f"{render_finding(only, finding)}\n\n{render_timeline(evidence.events, [only])}\n"
    )
    files = {
        "evidence.json": msgspec.json.format(msgspec.json.encode(manifest), indent=2),
        "finding.txt": told.encode(),
    }
    if evidence.scenario:
        files["scenario.yaml"] = evidence.scenario.encode()
    return files


def _manifest(
    results: Results,
    rule: RuleResult,
    finding: Finding,
    text: RuleText,
    evidence: Evidence,
) -> Manifest:
    head = evidence.events[0]
    assert isinstance(head, RecordingOpened)
    return Manifest(
        schema=SCHEMA,
        rule=rule.id,
        severity=rule.severity,
        statement=text.statement,
        sections=dict(text.sections),
        finding=finding,
        dlscheck=results.dlscheck,
        sdk=results.sdk,
        clock=results.clock,
        seed=results.seed,
        wire=head.wire,
        command=f"dlscheck judge {finding.fingerprint}.zip --allow-incomplete",
    )
