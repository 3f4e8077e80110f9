"""Results as JUnit XML: a test case for every case of the suite."""

import re
from xml.etree import ElementTree as ET

import msgspec

from harness.domain.results import CaseResult, Results, RuleResult
from harness.domain.verdict import Severity
from reports.failure import render_counterexample, render_failure

#: What XML 1.0 cannot hold, however it is written.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(results: Results) -> bytes:
    """Return the document; what a case violates is in its failure."""
    counts = {"tests": len(results.cases), "failures": 0, "errors": 0, "skipped": 0}
    suite = ET.Element("testsuite", name=_clean(f"dlscheck {results.sdk.name}"))
    if results.partial:
        told = {"name": "partial", "value": _clean(results.partial)}
        ET.SubElement(ET.SubElement(suite, "properties"), "property", told)
    for case in results.cases:
        element = ET.SubElement(
            suite,
            "testcase",
            classname=_clean(case.id.rpartition("/")[0].replace("/", ".")),
            name=_clean(case.id),
            time=f"{case.wall_seconds:.3f}",
        )
        kind = _describe(element, case, results)
        if kind:
            counts[kind] += 1
    for name, count in counts.items():
        suite.set(name, str(count))
    suite.set("time", f"{results.wall_seconds:.3f}")
    suite.set("timestamp", f"{results.started:%Y-%m-%dT%H:%M:%S}")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _describe(element: ET.Element, case: CaseResult, results: Results) -> str | None:
    if case.outcome in ("not-applicable", "not-played"):
        ET.SubElement(element, "skipped", message=_clean(case.reason or ""))
        return "skipped"
    if case.outcome in ("driver-fault", "harness-fault"):
        message = _clean(case.reason or case.outcome)
        error = ET.SubElement(element, "error", message=message.splitlines()[0])
        error.set("type", case.outcome)
        error.text = message
        return "errors"
    rules = [
        _only(rule, case.id)
        for rule in results.rules
        if rule.id in case.violated and rule.severity is Severity.MUST
    ]
    if not rules:
        return None
    known = {f.baseline for rule in rules for f in rule.findings}
    if None not in known:
        excuse = f"known failure: {'; '.join(sorted(filter(None, known)))}"
        ET.SubElement(element, "skipped", message=_clean(excuse))
        return "skipped"
    text = _clean(render_failure(case.id, rules) + render_counterexample(case))
    failure = ET.SubElement(element, "failure", message=", ".join(r.id for r in rules))
    failure.set("type", "violated")
    failure.text = text
    return "failures"


def _only(rule: RuleResult, case: str) -> RuleResult:
    findings = tuple(finding for finding in rule.findings if finding.case == case)
    return msgspec.structs.replace(rule, findings=findings)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
