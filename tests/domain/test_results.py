"""Sums in the results."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.results import Ledger, RuleResult, totals_of
from harness.domain.verdict import Severity, Verdict

counts = st.integers(0, 10**6)
ledgers = st.builds(Ledger, *[], **dict.fromkeys(Ledger.__struct_fields__, counts))


@given(ledgers, ledgers)
def test_ledgers_add_up_field_by_field(one: Ledger, other: Ledger) -> None:
    """The sum of two ledgers is the sum of each of their fields."""
    total = one.plus(other)
    pairs = zip(msgspec.structs.astuple(one), msgspec.structs.astuple(other), strict=True)
    assert msgspec.structs.astuple(total) == tuple(a + b for a, b in pairs)


@given(ledgers)
def test_empty_ledger_adds_nothing(ledger: Ledger) -> None:
    """Adding an empty ledger changes nothing."""
    assert ledger.plus(Ledger()) == Ledger().plus(ledger) == ledger


@pytest.mark.parametrize("verdict", list(Verdict))
def test_totals_count_each_verdict(verdict: Verdict) -> None:
    """Two rules with one verdict are counted under it and nowhere else."""
    rule = RuleResult(
        id="a/b", severity=Severity.MUST, verdict=verdict, exposures=0, reason=None
    )
    totals = msgspec.to_builtins(totals_of([rule, rule], cases=7))
    assert totals.pop("cases") == 7
    assert sum(totals.values()) == 2
    camel = verdict.title().replace("-", "")
    assert totals[camel[0].lower() + camel[1:]] == 2
