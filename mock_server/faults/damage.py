"""Every kind of damage, and what is true of each."""

from dataclasses import dataclass
from typing import Literal

Damage = Literal[
    "refuse",
    "close-on-connect",
    "close-before-reading",
    "reset",
    "close",
    "status",
    "redirect",
    "malformed",
    "truncated-json",
    "missing-fields",
    "extra-fields",
    "wrong-type",
    "truncated",
    "bad-chunk",
    "garbage",
    "hang",
    "process-late",
    "answer-late",
    "dribble",
    "lose-answer",
    "accept-twice",
]


@dataclass(frozen=True)
class Trait:
    """
    What is true of one kind of damage, whichever request it strikes.

    Attributes:
        takes: The keys of a fault that say more about this damage.
        is_received: Whether the server reads the request.
        is_processed: Whether the server processes it as though nothing was wrong.
        is_answered: Whether the client gets the proper answer in the end, all of it.
        is_of_connections: It strikes connections; no request is ever seen.
        is_plain: Every sound SDK has to take it for a failure, or for an answer: there
            is no choice that a rule would have to leave to it.
    """

    takes: frozenset[str] = frozenset()
    is_received: bool = True
    is_processed: bool = False
    is_answered: bool = False
    is_of_connections: bool = False
    is_plain: bool = True


def _fails(*takes: str, is_plain: bool = True) -> Trait:
    """It does not reach the service, unless the fault says that it is stored."""
    return Trait(takes=frozenset({*takes, "stored"}), is_plain=is_plain)


def _succeeds(*takes: str, is_plain: bool = True) -> Trait:
    return Trait(frozenset(takes), is_processed=True, is_answered=True, is_plain=is_plain)


TRAITS: dict[Damage, Trait] = {
    "refuse": Trait(is_received=False, is_of_connections=True),
    "close-on-connect": Trait(is_received=False, is_of_connections=True),
    "close-before-reading": Trait(is_received=False),
    "reset": _fails(),
    "close": _fails(),
    "status": _fails("status", "retry_after"),
    "redirect": _fails("status", "location", is_plain=False),
    "malformed": _fails(),
    "truncated-json": _fails(),
    "missing-fields": _fails(),
    "extra-fields": _succeeds(),
    "wrong-type": _succeeds(is_plain=False),
    "truncated": _fails("bytes"),
    "bad-chunk": _fails(),
    "garbage": _fails(),
    "hang": _fails("hold"),
    "process-late": _succeeds("by", "hold"),
    "answer-late": _succeeds("by", "hold"),
    "dribble": _succeeds("by", "hold"),
    "lose-answer": Trait(is_processed=True),
    "accept-twice": _succeeds(),
}
