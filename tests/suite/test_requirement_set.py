"""Sets of requirements, frozen by revision."""

from pathlib import Path
from typing import Any

import pytest

from harness.documents.bad_input import BadInput
from harness.domain.generation import GENERATIONS
from harness.domain.results import RuleResult
from harness.domain.verdict import Severity, Verdict
from harness.rules.catalogue import RULES_BY_ID
from harness.suite.gate import Gate
from harness.suite.requirement_set import (
    RequirementSet,
    is_heavier,
    load_requirements,
    published_sets,
)

MUST, SHOULD, MAY = Severity
OLD = RequirementSet(
    revision="2020.1",
    rules={"submit/by-post": SHOULD, "slot/on-the-grid": {"lts": MUST, "dls": SHOULD}},
)


def _rule(id: str) -> RuleResult:  # noqa: A002
    return RuleResult(
        id=id, severity=MUST, verdict=Verdict.SATISFIED, exposures=1, reason=None
    )


@pytest.mark.parametrize("name", published_sets())
def test_published_sets(name: str) -> None:
    """Each published set is called as its file, and no rule of it has been renamed."""
    found = load_requirements(name)
    assert found.revision == name
    assert found.rules.keys() <= RULES_BY_ID.keys()
    assert MUST in found.rules.values()


def test_the_first_set_stays_as_it_is() -> None:
    """What the first set demands is the same for ever."""
    found = load_requirements("2026.1")
    assert found.severity_of("submit/failed-waits-for-next-session", "lts") is MUST
    assert found.severity_of("identity/one-winner-on-shared-cache", "dls") is MAY


@pytest.mark.parametrize(
    ("rule", "generation", "severity"),
    [
        ("submit/by-post", "lts", SHOULD),
        ("slot/on-the-grid", "lts", MUST),
        ("slot/on-the-grid", "dls", SHOULD),
        ("usage/nothing-lost", "dls", MAY),
    ],
)
def test_what_rules_weigh(rule: str, generation: str, severity: Severity) -> None:
    """A rule weighs what the set says; one that came later informs."""
    (told,) = Gate(requirements=OLD).weigh([_rule(rule)], generation)
    assert told.severity is severity
    assert is_heavier(RULES_BY_ID[rule], OLD, generation) is (severity is not MUST)


def test_without_a_set() -> None:
    """Without a set rules weigh what they weigh today; a required one always binds."""
    (told,) = Gate().weigh([_rule("submit/by-post")], "dls")
    assert told.severity is MUST
    required = Gate(requirements=OLD, required=frozenset({"usage/nothing-lost"}))
    assert required.weigh([_rule("usage/nothing-lost")], "dls")[0].severity is MUST


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("revision: x\nrules: {submit/by-pots: must}", "unknown rule 'submit/by-pots'"),
        ("revision: x\nrules: {submit/by-post: most}", "expected one of"),
        ("revision: x\nrules: {submit/by-post: {mls: must}}", "unknown generation 'mls'"),
        ("rules: {}", "revision"),
    ],
)
def test_a_wrong_set(tmp_path: Path, text: str, message: str) -> None:
    """A mistake in a file is told with its line."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_requirements(str(path))
    assert message in str(caught.value)
    assert "mine.yaml:" in str(caught.value)


def test_an_unknown_set() -> None:
    """A set that does not exist is told with those that do."""
    with pytest.raises(BadInput, match=r"unknown set of requirements '2025.9'.*2026\.1"):
        load_requirements("2025.9")


def test_generations_are_known() -> None:
    """A set speaks of the generations that there are."""
    rules: Any = OLD.rules["slot/on-the-grid"]
    assert rules.keys() == GENERATIONS.keys()
