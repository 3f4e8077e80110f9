"""Judging traffic while it goes by: the same verdicts as from the saved file."""

from dataclasses import dataclass
from datetime import datetime

from harness.capture.auto import reading_profiles
from harness.capture.decoding import Decoder
from harness.capture.flow import Flow
from harness.capture.generation import DEFAULT, generation_told_by
from harness.capture.head import head_of
from harness.capture.inspection import MOST_UNTOLD
from harness.capture.order import Placed
from harness.capture.told import Told
from harness.domain.recording import Exchange, RecordingClosed, RecordingOpened
from harness.domain.results import Finding
from harness.domain.verdict import Severity
from harness.judge import Judge, Judgement
from harness.wire.codec import Profile


@dataclass(frozen=True)
class News:
    """A finding that has just come up, and the rule that it is of."""

    rule: str
    severity: Severity
    finding: Finding


class LiveJudge:
    """
    Takes flows as they end, one by one.

    Attributes:
        head: Of the recording that this is; ``None`` before the first message.
        last: The exchange that was taken last; ``None``: it was about something else.
    """

    def __init__(
        self, profile: Profile | None, generation: str | None, told: Told, case: str
    ) -> None:
        """
        Judge by *profile* and *generation*.

        ``None``: by the first profile that decodes, and what its messages tell.
        """
        self._told = told
        self._case = case
        self._generation = generation
        servers = told.configuration.servers if told.configuration else ()
        profiles = [profile] if profile else reading_profiles()
        self._decoders = [Decoder(one, servers) for one in profiles]
        self._is_settled = profile is not None
        #: Whether a message may still tell the generation, and what came before it.
        self._is_open = generation is None
        self._untold: list[Placed] = []
        self._judge: Judge | None = None
        self._counts: dict[str, int] = {}
        self._until: datetime | None = None
        self.messages = 0
        self.last: Exchange | None = None
        self.head: RecordingOpened | None = None

    @property
    def profile(self) -> Profile | None:
        """The profile that messages are read by; ``None``: not known yet."""
        return self._decoders[0].profile if self._is_settled else None

    def take(self, flow: Flow) -> list[News]:
        """Take in *flow*, and return what is wrong with it."""
        self.last = self._decoded(flow)
        if self.last is None:
            return []
        self.messages += 1
        self._until = max(self._until or self.last.over_at, self.last.over_at)
        if self._judge is None or self.head is None:
            self.head = self._head(self.last, self._generation or DEFAULT)
            self._judge = Judge(self.head)
        self._judge.see(self.last, flow.position)
        if self._is_open:
            self._learn((flow.position, self.last))
        return self._news()

    def _learn(self, placed: Placed) -> None:
        """Begin anew, with all that was seen, once a message tells another generation."""
        assert self.head is not None
        self._untold.append(placed)
        told = generation_told_by(placed[1])
        self._is_open = told is None and len(self._untold) < MOST_UNTOLD
        if told and told != self.head.sdk.generation:
            self.head = self._head(self._untold[0][1], told)
            self._judge = Judge(self.head)
            for position, exchange in self._untold:
                self._judge.see(exchange, position)
        if not self._is_open:
            self._untold = []

    def so_far(self) -> Judgement | None:
        """Return what can be said by now; ``None``: nothing yet."""
        return self._judge.judgement() if self._judge else None

    def close(self) -> Judgement | None:
        """Return what can be said at the end; ``None``: there was no message."""
        if self._judge is None or self._until is None:
            return None
        self._judge.see(RecordingClosed(at=self._until, settled=False), -1)
        return self._judge.judgement()

    def _decoded(self, flow: Flow) -> Exchange | None:
        for decoder in self._decoders:
            exchange = decoder.decode(flow)
            if self._is_settled:
                return exchange
            if exchange is not None and exchange.request is not None:
                self._is_settled, self._decoders = True, [decoder]
                return exchange
        return None

    def _head(self, first: Exchange, generation: str) -> RecordingOpened:
        profile = self._decoders[0].profile
        return head_of(
            profile.name,
            profile.reads,
            self._told,
            generation,
            first.at,
            case=self._case,
            source="capture",
        )

    def _news(self) -> list[News]:
        assert self._judge is not None
        news = []
        for rule_id, severity, findings in self._judge.violated():
            known = self._counts.get(rule_id, 0)
            news += [News(rule_id, severity, finding) for finding in findings[known:]]
            self._counts[rule_id] = len(findings)
        return news
