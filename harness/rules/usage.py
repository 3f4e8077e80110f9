"""usage/: what is counted."""

from harness.domain.results import Consequence
from harness.history import fact
from harness.history.lot import Duty, Fate, Miss
from harness.rules.rule import WITH_USAGE, Involved, Rule, clock, operated, submitted


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
        if not _is_explained(seen.miss):
            missing(self, seen, "stored by the server, or still to come")

    def on_lot_misplaced(self, seen: fact.LotMisplaced) -> None:
        """Units under a handshake code that nobody configured are lost to the right one."""
        if seen.changed == "code" and not seen.had_failed:
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
        self.expose(int(seen.performed > 0))


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
        if seen.is_repeat or seen.has_grown or not seen.is_stored:
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
        self.expose(int(seen.stored > 0))


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
        self.expose(sum(1 for claim in seen.claims if claim.fresh))

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


RULES = (NothingLost, NothingInvented, TypesFaithful)

LOST = (Consequence(rule=NothingLost.id, text="the units are lost"),)
INVENTED = Consequence(rule=NothingInvented.id, text="units that nobody performed there")


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
    involved.append(Involved(seen.entry, "end of the recording"))
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
    return miss.fate is Fate.FAILED or miss.long_off
