"""What a rule says of itself: its docstring, taken apart."""

import inspect
import re
from typing import NamedTuple

from harness.rules.rule import Rule

_SECTION = re.compile(r"^(Source|Observes|Violated|Silent): +", re.MULTILINE)


class RuleText(NamedTuple):
    """
    The parts of a rule's docstring.

    Attributes:
        statement: What must hold.
        source: Where that is written, or why it is sensible.
        observes: What it looks at.
        violated: When it is violated.
        silent: When it says nothing.
    """

    statement: str
    source: str
    observes: str
    violated: str
    silent: str


def text_of(rule: type[Rule]) -> RuleText:
    """
    Take the docstring of *rule* apart.

    Raises:
        TypeError: A part is missing.
    """
    statement, *rest = _SECTION.split(inspect.getdoc(rule) or "")
    parts = {
        name.lower(): _joined(text)
        for name, text in zip(rest[::2], rest[1::2], strict=True)
    }
    return RuleText(statement=_joined(statement), **parts)


def _joined(text: str) -> str:
    return " ".join(text.split())
