"""Results as JUnit XML."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.domain.results import Results
from harness.domain.verdict import Severity
from reports.junit import render_junit

HOSTILE = "]]> & < > \" ' \0 \x1b[31m \ud800 \ufffe \U0001f600 <!-- <script>"


def _suite(results: Results) -> ET.Element:
    root = ET.fromstring(render_junit(results))
    assert root.tag == "testsuites"
    return root[0]


def test_counts(results: Results) -> None:
    """The suite counts its cases, failures, errors and skips."""
    suite = _suite(results)
    names = ("tests", "failures", "errors", "skipped", "time", "timestamp", "name")
    assert [suite.get(name) for name in names] == [
        "4",
        "1",
        "1",
        "1",
        "6.100",
        "2026-03-01T08:06:00",
        "dlscheck acme-scan",
    ]


def test_cases(results: Results) -> None:
    """Each case is a test case with its id, its family, its time and what became of it."""
    told = [
        (case.get("classname"), case.get("name"), case.get("time"), [c.tag for c in case])
        for case in _suite(results)
    ]
    assert told == [
        ("submit", "submit/one-failure", "0.040", ["failure"]),
        ("auth", "auth/granted", "1.000", []),
        ("retention", "retention/lts", "0.000", ["skipped"]),
        ("usage", "usage/killed", "0.000", ["error"]),
    ]


def test_failure_is_for_the_vendor(results: Results) -> None:
    """A failure names its rules, and tells the finding in its text."""
    failure = _suite(results)[0][0]
    assert failure.get("message") == "submit/failed-waits-for-next-session"
    assert "6f0c-77" in (failure.text or "")


def test_fault_is_an_error(results: Results) -> None:
    """A driver's fault is an error, with its first line as message and all as text."""
    error = _suite(results)[3][0]
    assert (error.get("type"), error.get("message")) == (
        "driver-fault",
        "driver 'x' broke its contract",
    )
    assert (error.text or "").endswith("expected  an answer")


def test_should_rules_do_not_fail_a_case(results: Results) -> None:
    """A case that breaks should rules alone is no failure."""
    rules = tuple(
        msgspec.structs.replace(rule, severity=Severity.SHOULD) for rule in results.rules
    )
    suite = _suite(msgspec.structs.replace(results, rules=rules))
    assert suite.get("failures") == "0"


@pytest.mark.parametrize("field", ["got", "expected", "client_uuid"])
def test_hostile_text(with_finding: Callable[..., Results], field: str) -> None:
    """Whatever an SDK has sent, the document is well-formed and tells it."""
    suite = _suite(with_finding(**{field: HOSTILE}))
    assert "<!-- <script>" in (suite[0][0].text or "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None)))
def test_any_text(with_finding: Any, results: Results, text: str) -> None:
    """Any text at all, in a finding, a reason or a name, gives a well-formed document."""
    case = msgspec.structs.replace(results.cases[3], reason=text)
    sdk = msgspec.structs.replace(results.sdk, name=text)
    changed = with_finding(got=text, involved=(text,))
    changed = msgspec.structs.replace(changed, cases=(results.cases[0], case), sdk=sdk)
    assert _suite(changed).get("tests") == "2"


@pytest.mark.parametrize("baseline", [None, "ticket 7"])
def test_viewers_can_read_it(
    with_finding: Callable[..., Results], baseline: str | None
) -> None:
    """The document has the form that the viewers of the usual CI servers take."""
    schema = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
    schema.validate(render_junit(with_finding(baseline=baseline)).decode())


def test_a_wrong_document_is_noticed(results: Results) -> None:
    """The form is a narrow one: a case without a name does not fit."""
    schema = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
    document = render_junit(results).replace(b' name="auth/granted"', b"")
    assert not schema.is_valid(document.decode())


def test_known_failure_is_skipped(with_finding: Callable[..., Results]) -> None:
    """A case that fails in known ways only is skipped, with the reason."""
    suite = _suite(with_finding(baseline="ticket 7"))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "2")
    assert suite[0][0].get("message") == "known failure: ticket 7"
