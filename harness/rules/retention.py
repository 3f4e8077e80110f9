"""retention/: how long unsent reports live."""

from datetime import timedelta

from harness.domain.evidence import Evidence
from harness.domain.generation import DLS, LTS
from harness.domain.verdict import Severity
from harness.history import fact, mark
from harness.history.lot import Duty
from harness.rules.involved import carried, clock
from harness.rules.rule import WITH_USAGE, Context, Rule
from harness.rules.usage import LOST, missing

_OLD = timedelta(days=1)


class KeptFor30Days(Rule):
    """
    A report not yet 30 days old is still submitted.

    Source:   "the report remains on the device (kept up to 30 days before purging)" (C-82).
    Observes: starts with reports left over that are a day old or more, not yet 30.
    Violated: such a report never goes out again.
    Silent:   no report grew older than a day.
    """

    id = "retention/kept-for-30-days"
    generations = (DLS,)
    evidence = WITH_USAGE

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """Old reports that went out are exposures."""
        now = seen.session.device_start
        end = self.context.generation.slot_end
        self.expose(len([lot for lot in seen.sent if now - end(lot.key.slot) >= _OLD]))

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """A lot that was gone when the device came back after days."""
        if seen.miss and seen.miss.duty is Duty.BACKLOG and seen.miss.is_old:
            missing(self, seen, f"submitted at the start of {clock(seen.miss.at)}", LOST)


class PurgedAfter30Days(Rule):
    """
    A report more than 31 days old is never submitted.

    Source:   "kept up to 30 days before purging" (C-82). Age counts from the end of the
              slot; between 30 and 31 days either is right (Q7).
    Observes: the label of every report, and the device's clock. (Set forward while a
              session lives it makes nothing old: an SDK may purge at starts alone.)
    Violated: the slot ended more than 31 days before the submission.
    Silent:   no report grew so old.
    """

    id = "retention/purged-after-30-days"
    generations = (DLS,)
    evidence = frozenset({Evidence.MESSAGE})
    about = mark.OLD

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """Reports that were left unsent because of their age are exposures."""
        self.expose(len(seen.too_old))

    def on_submission(self, seen: fact.SubmissionSeen) -> None:
        """Look at the age of each claim."""
        session, submission = seen.session, seen.submission
        unchanged = session.device_start + (submission.at - session.started_at)
        now = min(submission.device_time, unchanged)
        limit = (DLS.retention or timedelta()) + DLS.retention_slack
        for claim in seen.claims:
            if claim.key is None:
                continue
            age = now - DLS.slot_end(claim.key.slot)
            if age <= limit:
                continue
            self.violate(
                session.device,
                submission.at,
                carried(session, claim),
                f"no report of a slot that ended more than {limit.days} days ago",
                f"{claim.units} x {claim.key.type} of {clock(claim.key.slot)}, "
                f"{age.days} days old",
            )


class NoLimitInLts(KeptFor30Days):
    """
    A report is submitted however old it is.

    Source:   the LTS page names no limit (C-83).
    Observes: starts with reports left over that are a day old or more.
    Violated: such a report never goes out again.
    Silent:   no report grew older than a day.
    """

    id = "retention/no-limit-in-lts"
    severity = Severity.SHOULD
    generations = (LTS,)


class Volume(Rule):
    """
    30 days of unsent slots (14 400 reports) are all submitted.

    Source:   "kept up to 30 days" (Q16): 480 slots a day.
    Observes: starts with 480 reports or more left over: what a day leaves behind.
    Violated: some of them are never submitted.
    Silent:   no start found that much.
    """

    id = "retention/volume"
    severity = Severity.SHOULD
    evidence = WITH_USAGE

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._large: set[str] = set()

    def on_backlog_judged(self, seen: fact.BacklogJudged) -> None:
        """A start with so much is an exposure."""
        reports = {(lot.key.code, lot.key.slot) for lot in (*seen.sent, *seen.unsent)}
        if len(reports) >= _LARGE:
            self._large.add(seen.session.device.name)
            self.expose()

    def on_lot_missing(self, seen: fact.LotMissing) -> None:
        """Something of it is gone."""
        if seen.device.name in self._large:
            missing(self, seen, "submitted with the rest of the backlog")


RULES = (KeptFor30Days, PurgedAfter30Days, NoLimitInLts, Volume)

_LARGE = 480
