"""usage/: what is counted."""

from harness.domain.evidence import Evidence
from harness.domain.results import Consequence
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.history.lot import Duty, Fate, Miss
from harness.rules.contents import Contents
from harness.rules.involved import Involved, clock, operated, submitted
from harness.rules.rule import WITH_USAGE, Context, Rule


class NothingLost(Rule):
    """
    The ledger balances: no unit that was performed is missing.

    Source:   "every successful operation that needs to be tracked will be recorded" (C-50);
              "remains on the device" (C-63, C-64).
    Observes: operations and stored reports, by handshake code, slot and type, once every
              device has had its settling session.
    Violated: units are neither stored, nor still to come, nor purged by retention, nor of
              the slot that was open at a kill. Under-billing, in units.
    Silent:   nothing was performed, or the recording never settled.
    """

    id = "usage/nothing-lost"
    evidence = WITH_USAGE

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """A loss, where no broken promise to send again explains it."""
        is_named = seen.lot.is_of_outage or _is_lost_at_stop(seen)
        if not _is_explained(seen.miss) and not is_named:
            missing(self, seen, "stored by the server, or still to come")

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units under a handshake code that nobody configured are lost to the right one."""
        is_todays = seen.excess.lot.key.code == seen.excess.claim.session_code
        if seen.changed == "code" and not seen.had_failed and not is_todays:
            submission = seen.excess.claim.submission
            self.violate(
                seen.device,
                submission.at,
                (operated(seen.lot), submitted(submission)),
                f"{seen.lot.units} units under the handshake code {seen.lot.key.code!r}",
                f"counted under {seen.excess.lot.key.code!r}",
                consequences=(INVENTED,),
            )

    def on_device_settled(self, seen: fact.DeviceSettled) -> None:
        """A ledger with something in it is an exposure."""
        self.expose(int(seen.ledger.performed > 0))


class NothingInvented(Rule):
    """
    No unit is stored that was not performed.

    Source:   reports count what was done (C-50). A redelivery after a lost answer is no
              invention.
    Observes: stored reports and operations, by handshake code, slot and type.
    Violated: more units are stored than were performed. Over-billing, in units.
    Silent:   nothing was stored.
    """

    id = "usage/nothing-invented"
    evidence = WITH_USAGE

    def on_excess(self, seen: fact.ExcessSeen) -> None:
        """Extra units that are no repetition and no change of a failed report."""
        is_named = seen.is_repeat or seen.has_grown or seen.is_failure or seen.is_duplicate
        if is_named or not seen.is_stored:
            return
        lot, claim = seen.excess.lot, seen.excess.claim
        done = [operated(other) for other in claim.lots if other.owed]
        performed = claim.units - lot.units
        self.violate(
            seen.device,
            claim.submission.at,
            (*done[:1], submitted(claim.submission)),
            f"at most {performed} x {lot.key.type} in the slot at {clock(lot.key.slot)}",
            f"{claim.units}: {lot.units} that nobody performed",
            client_uuid=claim.report.client_uuid,
        )

    def on_device_settled(self, seen: fact.DeviceSettled) -> None:
        """A ledger with something in it is an exposure."""
        self.expose(int(seen.ledger.stored > 0))


class TypesFaithful(Rule):
    """
    Units are reported under the type with which they were performed.

    Source:   "Type of barcodes", "Type of importing operations" (C-56, C-57).
    Observes: operations, and the types under which their units are submitted.
    Violated: units are missing from their type and stand under another.
    Silent:   nothing that was performed was submitted.
    """

    id = "usage/types-faithful"
    evidence = WITH_USAGE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Every portion under the right type is an exposure."""
        self.expose(len([claim for claim in seen.claims if claim.fresh]))

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units under another type."""
        if seen.changed == "type" and not seen.had_failed:
            submission = seen.excess.claim.submission
            self.violate(
                seen.device,
                submission.at,
                (operated(seen.lot), submitted(submission)),
                f"{seen.lot.units} x {seen.lot.key.type}",
                f"reported as {seen.excess.lot.key.type}",
                client_uuid=seen.lot.client_uuid,
            )


class FailuresNotCounted(Rule):
    """
    An unsuccessful operation adds nothing.

    Source:   "every *successful* operation" (C-51).
    Observes: operations that found nothing, and what was submitted of their key.
    Violated: just as many units too many are submitted.
    Silent:   every operation succeeded.
    """

    id = "usage/failures-not-counted"
    evidence = WITH_USAGE

    def on_operation(self, seen: fact.OperationSeen) -> None:
        """Unsuccessful operations of a licensed session are exposures."""
        session = seen.work.session
        is_licensed = session is not None and session.is_licensed
        self.expose(int(is_licensed and not seen.work.operation.success))

    def on_excess(self, seen: fact.ExcessSeen) -> None:
        """Extra units that such an operation would have yielded."""
        if not seen.is_failure:
            return
        lot, claim = seen.excess.lot, seen.excess.claim
        self.violate(
            seen.device,
            claim.submission.at,
            (_uncounted(seen), submitted(claim.submission)),
            f"{claim.units - lot.units} x {lot.key.type} of {clock(lot.key.slot)}",
            f"{claim.units}: the units of operations that did not succeed as well",
            client_uuid=claim.report.client_uuid,
            consequences=(INVENTED,) if seen.is_stored else (),
        )


class SurvivesRestart(Rule):
    """
    Usage not yet submitted when the SDK is stopped is submitted by a later session.

    Source:   "left unsubmitted", "remains on the device" (C-63).
    Observes: units that were not submitted before a graceful stop.
    Violated: they never go out.
    Silent:   nothing was left at any stop.
    """

    id = "usage/survives-restart"
    evidence = WITH_USAGE
    about = mark.LEFT_OVER

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Units of an earlier session that go out for the first time are exposures."""
        number = seen.session.number
        for claim in seen.claims:
            self.expose(
                len([lot for lot in claim.fresh if lot.owed and lot.session < number])
            )

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """Units that were never submitted, of a session that was stopped."""
        if _is_lost_at_stop(seen):
            missing(self, seen, "submitted by a later session", LOST)


class SurvivesCrash(Rule):
    """
    After a kill, at most the slot that was open is missing.

    Source:   usage is on the device, not in memory (C-63).
    Observes: units that were not submitted before a kill.
    Violated: units of a slot that had closed never go out.
    Silent:   nobody was killed with usage at hand.
    """

    id = "usage/survives-crash"
    severity = Severity.SHOULD
    evidence = WITH_USAGE
    about = mark.LEFT_OVER

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Units of a session that was killed, and which go out now, are exposures."""
        crashed = seen.session.device.crashed_sessions
        for claim in seen.claims:
            self.expose(len([lot for lot in claim.fresh if lot.session in crashed]))

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """Units of a session that was killed."""
        is_killed = seen.lot.session in seen.device.crashed_sessions
        if is_killed and seen.lot.fate is Fate.UNSENT:
            missing(self, seen, "submitted after the kill")


class KeptWhileOffline(Rule):
    """
    Usage performed while no server is reachable is submitted later.

    Source:   the FAQ: usage is collected while offline, and sent when online (C-64).
    Observes: operations during an outage, or in a session without any answer.
    Violated: their units never go out.
    Silent:   nothing was done offline.
    """

    id = "usage/kept-while-offline"
    severity = Severity.SHOULD
    evidence = WITH_USAGE
    about = mark.OFFLINE

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Units that were done offline and go out are exposures."""
        for claim in seen.claims:
            self.expose(len([lot for lot in claim.lots if lot.is_offline]))

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """Units that were done offline."""
        if seen.lot.is_offline:
            missing(self, seen, "submitted once a server was there")


class DuplicatesSuppressed(Rule):
    """
    The same symbology and content again within 3 s counts once.

    Source:   licence types page, scanning of video; each repeat begins the 3 s anew
              (C-59). Only SDKs that say that they do so.
    Observes: operations with the same content in quick succession.
    Violated: just as many units too many are submitted.
    Silent:   nothing was seen twice in 3 s.
    """

    id = "usage/duplicates-suppressed"
    severity = Severity.SHOULD
    capability = "video-deduplication"
    evidence = WITH_USAGE

    def on_operation(self, seen: fact.OperationSeen) -> None:
        """A repeat is an exposure."""
        self.expose(int(seen.work.is_duplicate))

    def on_excess(self, seen: fact.ExcessSeen) -> None:
        """Extra units that a repeat would have yielded."""
        if not seen.is_duplicate:
            return
        lot, claim = seen.excess.lot, seen.excess.claim
        self.violate(
            seen.device,
            claim.submission.at,
            (_uncounted(seen), submitted(claim.submission)),
            f"{claim.units - lot.units} x {lot.key.type}: the rest was a repeat",
            f"{claim.units}",
            client_uuid=claim.report.client_uuid,
        )


class NoContent(Rule):
    """
    No message holds decoded content.

    Source:   the FAQ: reports hold usage only, no private information (C-60).
    Observes: the text of every message, and what the operations decoded.
    Violated: decoded text stands in a message.
    Silent:   no operation had content, or nothing was sent since.
    """

    id = "usage/no-content"
    severity = Severity.SHOULD
    evidence = frozenset({Evidence.MESSAGE, Evidence.USAGE})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._contents = Contents()

    def on_operation(self, seen: fact.OperationSeen) -> None:
        """Remember what was decoded."""
        operation = seen.work.operation
        if operation.content:
            told = Involved(seen.work.entry, f"operation at {clock(operation.at)}")
            self._contents.add(operation.content, told)

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look for it in what is sent."""
        if not self._contents:
            return
        body = seen.submission.exchange.body or ""
        self.expose()
        for content in self._contents.found_in(body):
            self.violate(
                seen.session.device,
                seen.submission.at,
                (self._contents[content], submitted(seen.submission)),
                "no decoded content in the message",
                f"{content!r}",
            )


RULES = (
    NothingLost,
    NothingInvented,
    FailuresNotCounted,
    TypesFaithful,
    SurvivesRestart,
    SurvivesCrash,
    KeptWhileOffline,
    DuplicatesSuppressed,
    NoContent,
)

LOST = (Consequence(rule=NothingLost.id, text="the units are lost"),)
INVENTED = Consequence(rule=NothingInvented.id, text="units that nobody performed there")


def _uncounted(seen: fact.ExcessSeen) -> Involved:
    """Point to the operation that should have added nothing."""
    entry = seen.device.account(seen.excess.lot.key).uncounted_in
    assert entry is not None
    return Involved(entry, "operation that adds nothing")


def _is_lost_at_stop(seen: fact.LotMissing) -> bool:
    """Not due before its session was stopped in good order, and gone since."""
    is_stopped = seen.lot.session in seen.device.stopped_sessions
    sessions = set(seen.device.account(seen.lot.key).sessions)
    # Units of one key are all alike: with two sessions in it, either's may be missing.
    is_of_one = sessions == {seen.lot.session}
    was_due = is_of_one and seen.miss is not None and seen.miss.session in sessions
    is_of_outage = seen.lot.is_of_outage or seen.lot.is_offline or seen.lot.is_timed_out
    is_named = was_due or is_of_outage or _is_explained(seen.miss)
    return is_stopped and not is_named and seen.lot.fate is Fate.UNSENT


def missing(
    rule: Rule,
    seen: fact.LotMissing,
    expected: str,
    consequences: tuple[Consequence, ...] = (),
) -> None:
    """Report a missing lot as a violation of *rule*."""
    lot, miss = seen.lot, seen.miss
    involved = [operated(lot)]
    if lot.submission:
        involved.append(submitted(lot.submission))
    if miss:
        involved.append(Involved(miss.entry, f"session {miss.session} began"))
    involved.append(Involved(seen.entry, seen.until))
    rule.violate(
        seen.device,
        miss.at if miss else seen.at,
        tuple(involved),
        f"{lot.units} x {lot.key.type} of the slot at {clock(lot.key.slot)} {expected}",
        "never seen again",
        client_uuid=lot.client_uuid,
        consequences=consequences,
    )


def _is_explained(miss: Miss | None) -> bool:
    """A report that should have gone out again, or been kept, has a rule of its own."""
    if miss is None or miss.duty is not Duty.BACKLOG:
        return False
    return miss.fate is Fate.FAILED or miss.is_old
