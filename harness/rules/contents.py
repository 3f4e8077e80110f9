"""Texts that were decoded, and which of them a message holds."""

from collections import defaultdict
from collections.abc import Iterable

from harness.rules.involved import Involved

#: Texts that are remembered; an older one is not looked for any more.
MOST_CONTENTS = 20_000
#: So many characters tell which texts a message may hold at all.
_BEGINNING = 4


class Contents:
    """
    The latest texts that were decoded, each with the first operation that told it.

    However many there are, looking for them takes as long as the message is: only those
    are looked for whose beginning it holds.
    """

    def __init__(self, most: int = MOST_CONTENTS) -> None:
        """Remember at most *most* texts."""
        self._most = most
        self._told: dict[str, Involved] = {}
        #: By their beginning; those that are shorter than that under "".
        self._by_beginning: defaultdict[str, list[str]] = defaultdict(list)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._told)

    def __getitem__(self, text: str) -> Involved:
        """Return the operation that told *text* first."""
        return self._told[text]

    def add(self, text: str, told: Involved) -> None:
        """Remember *text*, which the operation *told*."""
        if text in self._told:
            return
        self._told[text] = told
        self._by_beginning[_beginning(text)].append(text)
        if len(self._told) > self._most:
            self._forget(next(iter(self._told)))

    def found_in(self, message: str) -> list[str]:
        """Return the texts that *message* holds, the oldest first."""
        is_many = len(self._told) > len(message)
        texts = self._likely_in(message) if is_many else self._told
        return [text for text in texts if text in message]

    def _likely_in(self, message: str) -> Iterable[str]:
        """Return those whose beginning *message* holds, the oldest first."""
        places = range(len(message) - _BEGINNING + 1)
        beginnings = {message[at : at + _BEGINNING] for at in places} | {""}
        held = beginnings & self._by_beginning.keys()
        texts = [text for beginning in held for text in self._by_beginning[beginning]]
        return sorted(texts, key=lambda text: self._told[text].entry)

    def _forget(self, text: str) -> None:
        del self._told[text]
        beginning = _beginning(text)
        self._by_beginning[beginning].remove(text)
        if not self._by_beginning[beginning]:
            del self._by_beginning[beginning]


def _beginning(text: str) -> str:
    return text[:_BEGINNING] if len(text) >= _BEGINNING else ""
