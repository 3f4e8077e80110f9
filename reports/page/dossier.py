"""What the page tells beside the results: rules in words, and what happened in a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.domain.recording import AnyEvent
from harness.domain.slot_ledger import SlotLedger


@dataclass(frozen=True)
class RuleText:
    """
    A rule in words.

    Attributes:
        statement: What must hold, in a sentence or two.
        sections: Source, what is observed, when it is violated: titles and texts.
    """

    statement: str
    sections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Evidence:
    """
    What happened in one case that has findings.

    Attributes:
        events: Its recording.
        slots: The ledger slot by slot.
        scenario: What was played, as a case file; ``None``: not known.
        commands: How to see it again, each with a word on what it does.
    """

    events: Sequence[AnyEvent]
    slots: Sequence[SlotLedger] = ()
    scenario: str | None = None
    commands: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Dossier:
    """Rules in words by id, and evidence by case; either may be missing."""

    rules: Mapping[str, RuleText] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
