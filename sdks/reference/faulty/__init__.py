"""
Variants of the reference SDK, each with one realistic defect: they show that the rules can
fail.
"""

from licence_client import LicenceClient
from variant import BOTH, DLS_ONLY, LTS_ONLY, Variant

from faulty import (
    auth,
    failure,
    identity,
    report,
    retention,
    server,
    slot,
    submission,
    usage,
)

__all__ = ["VARIANTS"]


def _defect(
    client_type: type[LicenceClient], *breaks: str, generations: tuple[str, ...] = BOTH
) -> Variant:
    # The class's docstring is the one line: it is written once.
    summary = " ".join((client_type.__doc__ or "").split())
    return Variant(client_type, breaks, summary, generations)


#: By name, in the order of the rule catalogue.
VARIANTS: dict[str, Variant] = {
    # auth
    "authorises-late": _defect(auth.AuthorisesLate, "auth/requested-at-start"),
    "first-request-without-uuid": _defect(
        auth.FirstRequestWithoutUuid, "auth/carries-client-uuid"
    ),
    "code-normalised": _defect(auth.CodeNormalised, "auth/carries-licence-selector"),
    "refusal-swallowed": _defect(auth.RefusalSwallowed, "auth/refusal-surfaced"),
    "unreachable-swallowed": _defect(
        auth.UnreachableSwallowed, "auth/unreachable-surfaced"
    ),
    "counts-when-refused": _defect(auth.CountsWhenRefused, "auth/refused-does-not-count"),
    "password-left-out": _defect(
        auth.PasswordLeftOut, "auth/sends-session-password", generations=DLS_ONLY
    ),
    "asks-five-times": _defect(auth.AsksFiveTimes, "auth/bounded-attempts"),
    "two-licence-kinds": _defect(
        auth.TwoLicenceKinds, "auth/one-licence-kind", generations=DLS_ONLY
    ),
    # identity
    "shared-uuid": _defect(
        identity.SharedUuid,
        "identity/created-when-absent",
        "identity/distinct-per-device",
        "identity/fresh-after-wipe",
    ),
    # Where the first attempt is refused at the door nobody sees it: the second one's UUID
    # is all that is seen of the session.
    "uuid-per-attempt": _defect(
        identity.UuidPerAttempt,
        "identity/stable-within-session",
        "identity/persists-across-sessions",
        "identity/reports-carry-it",
    ),
    "uuid-per-start": _defect(identity.UuidPerStart, "identity/persists-across-sessions"),
    "uuid-lost-in-crash": _defect(identity.UuidLostInCrash, "identity/survives-crash"),
    "uuid-per-code": _defect(identity.UuidPerCode, "identity/independent-of-licence"),
    "report-uuid-of-its-own": _defect(
        identity.ReportUuidOfItsOwn,
        "identity/reports-carry-it",
        "identity/stable-within-session",
    ),
    "uuid-outlives-wipe": _defect(identity.UuidOutlivesWipe, "identity/fresh-after-wipe"),
    # slot
    "label-is-operation-time": _defect(slot.LabelIsOperationTime, "slot/on-the-grid"),
    "slot-of-submission": _defect(slot.SlotOfSubmission, "slot/counted-where-done"),
    "other-boundary": _defect(slot.OtherBoundary, "slot/boundary-instant"),
    # What is first refused at the door is no longer ahead when it is first seen.
    "labels-ahead": _defect(
        slot.LabelsAhead, "slot/not-from-the-future", "slot/counted-where-done"
    ),
    # usage
    "forgets-second-type": _defect(
        usage.ForgetsSecondType, "usage/nothing-lost", "usage/survives-restart"
    ),
    "loads-twice": _defect(usage.LoadsTwice, "usage/nothing-invented"),
    "counts-failures": _defect(usage.CountsFailures, "usage/failures-not-counted"),
    "types-lumped": _defect(usage.TypesLumped, "usage/types-faithful"),
    "drops-unsent-at-stop": _defect(usage.DropsUnsentAtStop, "usage/survives-restart"),
    "drops-open-slot-at-stop": _defect(usage.DropsOpenSlotAtStop, "usage/survives-restart"),
    "counts-in-memory": _defect(
        usage.CountsInMemory, "usage/survives-crash", "usage/nothing-lost"
    ),
    "drops-offline-usage": _defect(
        usage.DropsOfflineUsage,
        "usage/kept-while-offline",
        "usage/nothing-lost",
        "usage/survives-restart",
    ),
    "content-in-reports": _defect(usage.ContentInReports, "usage/no-content"),
    # report
    "reports-without-code": _defect(report.ReportsWithoutCode, "report/complete"),
    "merges-backlog": _defect(report.MergesBacklog, "report/one-slot-each"),
    "zero-counts": _defect(
        report.ZeroCounts, "report/counts-positive", generations=DLS_ONLY
    ),
    "todays-code": _defect(report.TodaysCode, "report/keeps-its-code"),
    # submit
    "posts-with-put": _defect(submission.PostsWithPut, "submit/by-post"),
    "backlog-at-first-tick": _defect(
        submission.BacklogAtFirstTick, "submit/backlog-at-start"
    ),
    "backlog-before-answer": _defect(
        submission.BacklogBeforeAnswer,
        "submit/backlog-after-authorisation",
        generations=DLS_ONLY,
    ),
    "submits-at-once": _defect(
        submission.SubmitsAtOnce, "submit/every-three-minutes", "submit/anchored-at-start"
    ),
    "ticks-on-grid": _defect(slot.TicksOnGrid, "submit/anchored-at-start"),
    "slow-ticks": _defect(submission.SlowTicks, "submit/within-six-minutes"),
    "empty-posts": _defect(
        submission.EmptyPosts, "submit/quiet-when-idle", generations=DLS_ONLY
    ),
    "forgets-to-delete": _defect(failure.ForgetsToDelete, "submit/removed-once-accepted"),
    "retries-at-next-tick": _defect(
        failure.RetriesAtNextTick, "submit/failed-waits-for-next-session"
    ),
    "drops-failed": _defect(failure.DropsFailed, "submit/failed-goes-out-next-session"),
    # A new label may be taken by other units: then it looks like their repetition.
    "restamps-failed": _defect(
        failure.RestampsFailed,
        "submit/failed-unchanged",
        "usage/nothing-invented",
        "submit/removed-once-accepted",
        "submit/failed-waits-for-next-session",
    ),
    "blocked-by-failure": _defect(
        failure.BlockedByFailure, "submit/failure-does-not-block"
    ),
    # A connection that is closed without an answer: stored or not, it cannot tell.
    "deletes-on-lost-answer": _defect(
        failure.DeletesOnLostAnswer,
        "submit/lost-answer-sent-again",
        "submit/failed-goes-out-next-session",
    ),
    # retention
    "keeps-7-days": _defect(
        retention.KeepsSevenDays, "retention/kept-for-30-days", generations=DLS_ONLY
    ),
    "never-purges": _defect(
        retention.NeverPurges, "retention/purged-after-30-days", generations=DLS_ONLY
    ),
    "lts-purges": _defect(
        retention.LtsPurges, "retention/no-limit-in-lts", generations=LTS_ONLY
    ),
    "keeps-1000-reports": _defect(
        retention.KeepsThousandReports, "retention/volume", "retention/kept-for-30-days"
    ),
    # server, failover, offline
    "remembers-server": _defect(server.RemembersServer, "server/uses-given"),
    "loses-prefix": _defect(server.LosesPrefix, "server/keeps-url-prefix"),
    "trusts-anyone": _defect(server.TrustsAnyone, "server/verifies-tls"),
    "standby-first": _defect(server.StandbyFirst, "failover/main-first"),
    "no-failover": _defect(server.NoFailover, "failover/standby-when-unreachable"),
    "hundred-is-yes": _defect(server.HundredIsYes, "failover/standing-by-is-no-licence"),
    "drops-when-server-down": _defect(
        failure.DropsWhenServerDown,
        "failover/report-arrives-or-is-kept",
        "usage/nothing-lost",
    ),
    "no-offline": _defect(server.NoOffline, "offline/works-while-valid"),
    "licence-for-ever": _defect(server.LicenceForEver, "offline/refused-once-over"),
}
