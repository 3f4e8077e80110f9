"""Which wire profile a capture is in: the one that decodes it."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from harness.capture.flow import Flow, Unreadable
from harness.documents.wire_profile import load_profile
from harness.wire.codec import Profile

#: Those that can tell from its content whether a message is theirs, best first.
READING = ("open-json", "dynamsoft")
_CLOSED = "opaque"

#: So many messages of one profile settle it; of so many flows at most some are kept.
_ENOUGH = 20
_MOST_KEPT = 2_000


def reading_profiles() -> list[Profile]:
    """Return the profiles that may be tried on a capture."""
    return [load_profile(name, Path()) for name in READING]


def closed_profile() -> Profile:
    """Return the profile of what no other one can read."""
    return load_profile(_CLOSED, Path())


class Choice:
    """
    The profile of a capture.

    Attributes:
        profile: The one that decodes most of what was tried.
        reason: Why, for the reader.
        flows: All flows that may be messages, from the first one on.
    """

    def __init__(self, flows: Iterator[Flow | Unreadable]) -> None:
        """Look at as many of *flows* as it takes."""
        self._profiles = reading_profiles()
        self._closed = closed_profile()
        self._decoded = dict.fromkeys(READING, 0)
        candidates = self._candidates(flows)
        kept = list(self._tried(candidates))
        self.flows: Iterator[Flow | Unreadable] = chain(kept, candidates)
        self.profile, self.reason = self._best()

    def _candidates(
        self, flows: Iterable[Flow | Unreadable]
    ) -> Iterator[Flow | Unreadable]:
        for flow in flows:
            if isinstance(flow, Unreadable) or self._may_be(flow):
                yield flow

    def _may_be(self, flow: Flow) -> bool:
        path = _path(flow)
        return any(p.find_in(path) for p in (*self._profiles, self._closed))

    def _tried(
        self, candidates: Iterator[Flow | Unreadable]
    ) -> Iterator[Flow | Unreadable]:
        for count, flow in enumerate(candidates, start=1):
            if isinstance(flow, Flow):
                self._try(flow)
            yield flow
            if count == _MOST_KEPT or max(self._decoded.values()) >= _ENOUGH:
                return

    def _try(self, flow: Flow) -> None:
        for profile in self._profiles:
            found = profile.find_in(_path(flow))
            if not found or found[0] == "health":
                continue
            query = urlsplit(flow.url).query
            reading = profile.read_request(found[0], flow.body, query)
            self._decoded[profile.name] += reading.message is not None

    def _best(self) -> tuple[Profile, str]:
        best = max(self._profiles, key=lambda profile: self._decoded[profile.name])
        count = self._decoded[best.name]
        if count:
            return best, f"profile {best.name}: it decodes what it was tried on"
        return self._closed, "profile opaque: no profile of ours decodes anything in it"


def _path(flow: Flow) -> str:
    try:
        return urlsplit(flow.url).path
    except ValueError:
        return ""
