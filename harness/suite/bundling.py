"""The evidence of each finding, bundled into one file that can be passed on."""

from pathlib import Path

import msgspec

from harness.domain.recording import RecordingOpened, Sdk
from harness.domain.results import Finding, Record, Results, RuleResult
from harness.domain.verdict import Severity
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


def write_bundles(results: Results, dossier: Dossier, folder: Path) -> list[Path]:
    """Write a bundle for each finding of which there is evidence; may rules have none."""
    recordings = {case.id: case.recording for case in results.cases}
    written = []
    for rule in results.rules:
        for finding in rule.findings if rule.severity is not Severity.MAY else ():
            evidence = dossier.evidence.get(finding.case)
            recording = recordings.get(finding.case)
            if evidence is None or recording is None:
                continue
            path = folder / EVIDENCE / f"{finding.fingerprint}.zip"
            files = _files(results, rule, finding, dossier, evidence)
            with open_recording(recording_path(recording, folder)) as file:
                write_bundle(path, {**files, RECORDING: file.read()})
            written.append(path)
    return written


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
