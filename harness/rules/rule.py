"""What every rule has: its id, how binding it is, what it needs, what it found."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from harness.domain.evidence import Evidence
from harness.domain.generation import DLS, LTS, Generation
from harness.domain.results import Consequence, Finding
from harness.domain.verdict import Severity
from harness.history import fact
from harness.history.device import Device
from harness.rules.involved import Involved

BOTH = (LTS, DLS)
MESSAGE_SESSION = frozenset({Evidence.MESSAGE, Evidence.SESSION})
WITH_CONFIG = MESSAGE_SESSION | {Evidence.CONFIG}
WITH_USAGE = MESSAGE_SESSION | {Evidence.USAGE}
MESSAGE = frozenset({Evidence.MESSAGE})
TOLD = frozenset({Evidence.MESSAGE, Evidence.CONFIG})

#: One mistake may be made a million times over; so many of a rule's findings are kept.
MOST_FINDINGS = 1_000


@dataclass
class Position:
    """The entry that is being judged."""

    entry: int = 0


@dataclass(frozen=True)
class Context:
    """
    What a rule may know of the recording before its first event.

    Attributes:
        is_inferred: Nobody saw how sessions began and ended.
        has_usage: It is known what was done; a capture does not tell.
        is_by_uuid: Devices are told apart by their client UUIDs, and by nothing else.
        position: Where the judge is at present.
    """

    case: str
    generation: Generation
    capabilities: frozenset[str]
    is_inferred: bool = False
    has_usage: bool = True
    is_by_uuid: bool = False
    position: Position = field(default_factory=Position)


class Rule:
    """
    Base of all rules. A rule hears facts and counts exposures and findings.

    Attributes:
        id: ``family/what-must-hold``; never renamed once published.
        severity: One for both generations, or one for each.
        generations: Those in which it applies.
        evidence: What a recording must testify to for the rule to be judged.
        weaker: Evidence that suffices to decide less often; ``None``: nothing less does.
        weakest: The same, where bodies cannot be read.
        reads: Messages that must be decoded; ``None``: as for the whole family.
        told: Where the evidence has ``config``: settings of which one must be known.
        capability: What an SDK must be able to do for the rule to apply.
        compares_uuids: It needs devices that are known by more than their client UUIDs.
        excuse: What a capture may lack that would excuse what looks like a violation: the
            evidence, and what it would have to be.
        about: Marks of which a submission has to bear one for the rule to hear of it;
            0: it hears of all.
    """

    id: ClassVar[str]
    severity: ClassVar[Severity | Mapping[str, Severity]] = Severity.MUST
    generations: ClassVar[tuple[Generation, ...]] = BOTH
    evidence: ClassVar[frozenset[Evidence]]
    weaker: ClassVar[frozenset[Evidence] | None] = None
    weakest: ClassVar[frozenset[Evidence] | None] = None
    reads: ClassVar[tuple[str, ...] | None] = None
    told: ClassVar[tuple[str, ...]] = ()
    capability: ClassVar[str | None] = None
    compares_uuids: ClassVar[bool] = False
    excuse: ClassVar[tuple[str, str]] = ("session", "one that nobody saw")
    about: ClassVar[int] = 0

    def __init__(self, context: Context) -> None:
        """Begin to judge one recording."""
        self.context = context
        self.exposures = 0
        self.findings: list[Finding] = []
        #: The entry at which each of them was made.
        self.places: list[int] = []
        self.findings_left_out = 0
        self.left_open = 0
        self.observed: Counter[str] = Counter()

    @classmethod
    def severity_in(cls, generation: Generation) -> Severity:
        """Return how binding the rule is in *generation*."""
        if isinstance(cls.severity, Severity):
            return cls.severity
        return cls.severity[generation.name]

    def expose(self, times: int = 1) -> None:
        """Count that the rule's premise occurred."""
        self.exposures += times

    def observe(self, practice: str) -> None:
        """Count which way an SDK goes where several are right; it is an exposure."""
        self.expose()
        self.observed[practice] += 1

    def leave_open(self) -> None:
        """
        Count what looks like a violation and has an excuse that a capture does not show.

        Whoever knows more decides it; until then the rule is not called satisfied.
        """
        self.left_open += 1

    def violate(
        self,
        device: Device,
        at: datetime,
        involved: tuple[Involved, ...],
        expected: str,
        got: str,
        *,
        client_uuid: str | None = None,
        consequences: tuple[Consequence, ...] = (),
    ) -> None:
        """Note a violation; it is an exposure too."""
        self.expose()
        if len(self.findings) == MOST_FINDINGS:
            self.findings_left_out += 1
            return
        self.places.append(self.context.position.entry)
        events = {item.entry: item.text for item in involved}
        known = sorted(entry for entry in events if entry >= 0)
        self.findings.append(
            Finding(
                case=self.context.case,
                device=device.name,
                client_uuid=client_uuid or device.client_uuid or _latest(device),
                at=at,
                entries=tuple(known),
                involved=tuple(_pointed(entry, events[entry]) for entry in sorted(events)),
                expected=expected,
                got=got,
                fingerprint=fingerprint_of(
                    self.id, self.context.case, device.name, len(self.findings)
                ),
                consequences=consequences,
                inferred=self.context.is_inferred and Evidence.SESSION in self.evidence,
            )
        )

    # One method for each kind of fact; a rule overrides what it listens to.

    def on_session_started(self, seen: fact.SessionStarted) -> None:
        """A session began."""

    def on_request(self, seen: fact.RequestSeen) -> None:
        """A request was made, of whatever kind."""

    def on_authorization(self, seen: fact.AuthorizationSeen) -> None:
        """An authorisation was asked for."""

    def on_start_answered(self, seen: fact.StartAnswered) -> None:
        """The SDK told how its start went."""

    def on_operation(self, seen: fact.OperationSeen) -> None:
        """The SDK was asked to work."""

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Usage was submitted."""

    def on_submitted_before_grant(self, seen: fact.SubmittedBeforeGrant) -> None:
        """Usage was submitted between a start and its grant."""

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """The time for what was left over has passed."""

    def on_ticks_passed(self, seen: fact.TicksPassed) -> None:
        """Ticks have passed."""

    def on_session_ended(self, seen: fact.SessionEnded) -> None:
        """A session is over."""

    def on_duty_done_late(self, seen: fact.DutyDoneLate) -> None:
        """What had not been submitted in time went out after all."""

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """Units never reached a server."""

    def on_answer_never_recovered(self, seen: fact.AnswerNeverRecovered) -> None:
        """A stored report was never sent again."""

    def on_duty_never_done(self, seen: fact.DutyNeverDone) -> None:
        """A tick was missed, and then the units grew too old."""

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units were claimed under another key."""

    def on_excess(self, seen: fact.ExcessSeen) -> None:
        """Units were claimed that nobody performed."""

    def on_device_settled(self, seen: fact.DeviceSettled) -> None:
        """The recording is over for a device."""


def fingerprint_of(rule: str, case: str, device: str, rank: int) -> str:
    """
    Return the fingerprint of a finding, which has that *rank* among those of its rule.

    UUIDs and instants differ from run to run; rule, case, device and rank do not.
    """
    text = f"{rule}|{case}|{device}|{rank}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _latest(device: Device) -> str | None:
    """Return the UUID that a device without any success has asked with, if it has."""
    return next(reversed(device.uuids), None)


def _pointed(entry: int, text: str) -> str:
    """Write an event; what an inspector has told is no event of the capture."""
    return f"#{entry} {text}" if entry >= 0 else f"as told: {text}"
