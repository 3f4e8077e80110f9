"""Defects of when reports go out, and how long they are kept."""

from variant import DLS_ONLY, LTS_ONLY, Variant

from faulty import (
    age,
    answer,
    backlog,
    crash,
    failure,
    pair,
    retention,
    retry,
    slot,
    submission,
    tick,
)
from faulty.defect import defect

#: By name, in the order of the rule catalogue.
SUBMISSION: dict[str, Variant] = {
    # submit
    "posts-with-put": defect(submission.PostsWithPut, "submit/by-post"),
    "repeats-by-put": defect(
        answer.RepeatsByPut, "submit/by-post", condition="on a repetition"
    ),
    "backlog-at-first-tick": defect(
        submission.BacklogAtFirstTick, "submit/backlog-at-start"
    ),
    "backlog-one-page": defect(
        backlog.BacklogOnePage,
        "submit/backlog-at-start",
        condition="with more than ten reports left",
    ),
    "backlog-before-answer": defect(
        submission.BacklogBeforeAnswer,
        "submit/backlog-after-authorisation",
        generations=DLS_ONLY,
    ),
    "backlog-on-local-licence": defect(
        tick.BacklogOnLocalLicence,
        "submit/backlog-after-authorisation",
        condition="while a local licence holds",
        generations=DLS_ONLY,
    ),
    "submits-at-once": defect(
        submission.SubmitsAtOnce, "submit/every-three-minutes", "submit/anchored-at-start"
    ),
    "submits-when-many": defect(
        tick.SubmitsWhenMany,
        "submit/every-three-minutes",
        "submit/anchored-at-start",
        condition="with fifty units in a slot",
    ),
    "ticks-in-tenths": defect(tick.TicksInTenths, "submit/anchored-at-start"),
    "ticks-on-grid": defect(slot.TicksOnGrid, "submit/anchored-at-start"),
    "ticks-from-first-operation": defect(
        tick.TicksFromFirstOperation, "submit/anchored-at-start"
    ),
    "ticks-drift": defect(
        tick.TicksDrift, "submit/anchored-at-start", condition="in a session of many ticks"
    ),
    "slow-ticks": defect(submission.SlowTicks, "submit/within-six-minutes"),
    "waits-for-stragglers": defect(tick.WaitsForStragglers, "submit/within-six-minutes"),
    "ticks-in-7-bits": defect(
        tick.TicksIn7Bits,
        "submit/within-six-minutes",
        condition="after more than six hours",
    ),
    "empty-posts": defect(
        submission.EmptyPosts, "submit/quiet-when-idle", generations=DLS_ONLY
    ),
    "sign-of-life": defect(
        tick.SignOfLife,
        "submit/quiet-when-idle",
        condition="after an idle hour",
        generations=DLS_ONLY,
    ),
    "forgets-to-delete": defect(failure.ForgetsToDelete, "submit/removed-once-accepted"),
    "removal-not-flushed": defect(
        crash.RemovalNotFlushed,
        "submit/removed-once-accepted",
        condition="on a kill after an acceptance",
    ),
    "removed-at-next-tick": defect(
        answer.RemovedAtNextTick,
        "submit/removed-once-accepted",
        condition="when a session ends soon after an acceptance",
    ),
    "sent-to-both": defect(
        pair.SentToBoth,
        "submit/removed-once-accepted",
        "submit/failed-waits-for-next-session",
        condition="with two servers",
    ),
    "retries-at-next-tick": defect(
        failure.RetriesAtNextTick, "submit/failed-waits-for-next-session"
    ),
    "retries-when-busy": defect(
        retry.RetriesWhenBusy, "submit/failed-waits-for-next-session", condition="on a 503"
    ),
    "retries-when-throttled": defect(
        retry.RetriesWhenThrottled,
        "submit/failed-waits-for-next-session",
        condition="on a 429",
    ),
    "retries-in-transport": defect(
        retry.RetriesInTransport,
        "submit/failed-waits-for-next-session",
        condition="when a connection breaks",
    ),
    "retries-every-half-hour": defect(
        retry.RetriesEveryHalfHour,
        "submit/failed-waits-for-next-session",
        condition="half an hour after a failure",
    ),
    "drops-failed": defect(failure.DropsFailed, "submit/failed-goes-out-next-session"),
    "status-is-enough": defect(
        answer.StatusIsEnough,
        "submit/failed-goes-out-next-session",
        condition="on a garbled answer",
    ),
    "client-errors-are-final": defect(
        answer.ClientErrorsAreFinal,
        "submit/failed-goes-out-next-session",
        condition="on a 400 or 404",
    ),
    "failed-in-memory": defect(
        crash.FailedInMemory,
        "submit/failed-goes-out-next-session",
        condition="on a kill after a failure",
    ),
    "failed-list-static": defect(
        backlog.FailedListStatic,
        "submit/failed-goes-out-next-session",
        "retention/kept-for-30-days",
        condition="at the second start in one process",
    ),
    "gives-up-after-three": defect(
        backlog.GivesUpAfterThree,
        "submit/failed-goes-out-next-session",
        condition="at the third failure",
    ),
    "keeps-16-failed": defect(
        backlog.KeepsSixteenFailed,
        "submit/failed-goes-out-next-session",
        condition="with more than 16 failed reports",
    ),
    # A new label may be taken by other units: then it looks like their repetition.
    "restamps-failed": defect(
        failure.RestampsFailed,
        "submit/failed-unchanged",
        "usage/nothing-invented",
        "submit/removed-once-accepted",
        "submit/failed-waits-for-next-session",
    ),
    "grows-after-failure": defect(
        answer.GrowsAfterFailure,
        "submit/failure-does-not-block",
        condition="when a slot goes on after a failure",
    ),
    "blocked-by-failure": defect(failure.BlockedByFailure, "submit/failure-does-not-block"),
    "circuit-breaker": defect(
        answer.CircuitBreaker,
        "submit/failure-does-not-block",
        condition="after two failures in a row",
    ),
    # A connection that is closed without an answer: stored or not, it cannot tell.
    "deletes-on-lost-answer": defect(
        failure.DeletesOnLostAnswer,
        "submit/lost-answer-sent-again",
        "submit/failed-goes-out-next-session",
    ),
    # retention
    "keeps-7-days": defect(
        retention.KeepsSevenDays, "retention/kept-for-30-days", generations=DLS_ONLY
    ),
    "month-is-four-weeks": defect(
        age.MonthIsFourWeeks,
        "retention/kept-for-30-days",
        condition="from 28 to 30 days",
        generations=DLS_ONLY,
    ),
    "purges-all-at-once": defect(
        age.PurgesAllAtOnce,
        "retention/kept-for-30-days",
        condition="with an old and a young report",
        generations=DLS_ONLY,
    ),
    "never-purges": defect(
        retention.NeverPurges, "retention/purged-after-30-days", generations=DLS_ONLY
    ),
    "failed-never-purged": defect(
        age.FailedNeverPurged,
        "retention/purged-after-30-days",
        condition="with a failed report",
        generations=DLS_ONLY,
    ),
    "age-from-last-try": defect(
        age.AgeFromLastTry,
        "retention/purged-after-30-days",
        condition="when a report has failed again meanwhile",
        generations=DLS_ONLY,
    ),
    "lts-purges": defect(
        retention.LtsPurges, "retention/no-limit-in-lts", generations=LTS_ONLY
    ),
    "lts-keeps-one-year": defect(
        age.LtsKeepsOneYear,
        "retention/no-limit-in-lts",
        condition="after a year",
        generations=LTS_ONLY,
    ),
    "keeps-1000-reports": defect(
        retention.KeepsThousandReports, "retention/volume", "retention/kept-for-30-days"
    ),
}
