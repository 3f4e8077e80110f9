"""The pages name everything that there is."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from harness.domain.recording import AnyEvent
from harness.domain.results import CaseResult, Finding, Ledger, Results, RuleResult
from harness.domain.verdict import Severity, Verdict
from harness.drivers.contract import CAPABILITIES, METHODS
from harness.scenario.scenario import Operate, Scenario, Setting, Step
from mock_server import Fault, HandshakeCode
from mock_server.faults import Damage
from mock_server.faults.fault import MessageKind

DOCS = Path(__file__).parents[2] / "docs"


def _names(*structs: Any) -> list[str]:
    return [
        field.encode_name for struct in structs for field in msgspec.structs.fields(struct)
    ]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("driver-contract.md", [*CAPABILITIES, *METHODS]),
        ("driver-contract.md", _names(*(m.params for m in METHODS.values()))),
        ("driver-contract.md", _names(*(m.result for m in METHODS.values()))),
        ("scenarios.md", _names(Scenario, Step, Setting, Operate, HandshakeCode)),
        ("faults.md", [*_names(Fault), *get_args(Damage), *get_args(MessageKind)]),
        ("results.md", [*Verdict, *Severity]),
        ("results.md", _names(Results, RuleResult, Ledger, Finding)),
        ("results.md", set(_names(CaseResult)) - {"wallSeconds", "virtualSeconds"}),
        ("results.md", [e.__struct_config__.tag for e in get_args(AnyEvent)]),
    ],
)
def test_names_everything(name: str, names: Any) -> None:
    """Every key, message, event and word that a user may meet is on its page."""
    text = (DOCS / name).read_text(encoding="utf-8")
    assert [word for word in names if word not in text] == []
