"""The gate as options and files describe it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import filter as matching
from pathlib import Path

from harness.documents.bad_input import BadInput, unknown_name
from harness.rules.catalogue import RULES_BY_ID
from harness.suite.baseline_file import load_baseline
from harness.suite.gate import Gate
from harness.suite.requirement_set import load_requirements


@dataclass(frozen=True)
class Demands:
    """
    What a user asks of an SDK, as it was written.

    Attributes:
        require: Ids of rules, or patterns such as ``submit/*``.
        baseline: The file of known failures.
        requirements: Name or file of a frozen set of requirements.
    """

    strict: bool = False
    allow_incomplete: bool = False
    require: tuple[str, ...] = ()
    baseline: Path | None = None
    requirements: str | None = None

    def gate(self) -> Gate:
        """
        Return the gate that this describes.

        Raises:
            BadInput: A rule is unknown, or the baseline cannot be read.
        """
        frozen = load_requirements(self.requirements) if self.requirements else None
        return Gate(
            strict=self.strict,
            allow_incomplete=self.allow_incomplete,
            required=frozenset(_rules(self.require)),
            baseline=load_baseline(self.baseline) if self.baseline else None,
            requirements=frozen,
        )

    def as_arguments(self) -> tuple[str, ...]:
        """Return the options of the pytest plug-in that say the same."""
        return (
            *(("--dls-strict",) if self.strict else ()),
            *(word for name in self.require for word in ("--dls-require", name)),
            *(("--dls-baseline", str(self.baseline)) if self.baseline else ()),
            *(("--dls-requirements", self.requirements) if self.requirements else ()),
        )


def _rules(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        found = matching(RULES_BY_ID, pattern)
        if not found:
            raise BadInput(f"--require: {unknown_name('rule', pattern, RULES_BY_ID)}")
        yield from found
