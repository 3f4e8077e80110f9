"""Defects of what is counted, where, and how it is told."""

from variant import DLS_ONLY, LTS_ONLY, Variant

from faulty import answer, backlog, calendar, count, crash, repeat, report, slot, usage
from faulty.defect import defect

#: By name, in the order of the rule catalogue.
USAGE: dict[str, Variant] = {
    # slot
    "label-is-operation-time": defect(slot.LabelIsOperationTime, "slot/on-the-grid"),
    "slot-of-submission": defect(slot.SlotOfSubmission, "slot/counted-where-done"),
    "rounds-seconds": defect(
        calendar.RoundsSeconds,
        "slot/counted-where-done",
        condition="in the last half second of a slot",
    ),
    "stale-date": defect(
        calendar.StaleDate, "slot/counted-where-done", condition="after midnight"
    ),
    "no-leap-day": defect(
        calendar.NoLeapDay, "slot/counted-where-done", condition="on a leap day"
    ),
    "seconds-in-32-bits": defect(
        calendar.SecondsIn32Bits,
        "slot/counted-where-done",
        "retention/purged-after-30-days",
        condition="after 19 January 2038",
    ),
    "other-boundary": defect(slot.OtherBoundary, "slot/boundary-instant"),
    "lts-midnight": defect(
        calendar.LtsMidnight,
        "slot/boundary-instant",
        condition="at midnight",
        generations=LTS_ONLY,
    ),
    # What is first refused at the door is no longer ahead when it is first seen.
    "labels-ahead": defect(
        slot.LabelsAhead, "slot/not-from-the-future", "slot/counted-where-done"
    ),
    "local-labels": defect(
        calendar.LocalLabels,
        "slot/time-zone-neutral",
        "slot/not-from-the-future",
        "submit/failure-does-not-block",
        condition="outside UTC",
    ),
    "summer-all-year": defect(
        calendar.SummerAllYear,
        "slot/time-zone-neutral",
        condition="in winter, where there is a summer time",
    ),
    # usage
    "forgets-second-type": defect(
        usage.ForgetsSecondType, "usage/nothing-lost", "usage/survives-restart"
    ),
    "count-in-byte": defect(
        count.CountInByte, "usage/nothing-lost", condition="with more than 255 results"
    ),
    "compaction-loses-last": defect(
        backlog.CompactionLosesLast, "usage/nothing-lost", condition="with a long journal"
    ),
    "one-code-a-slot": defect(
        answer.OneCodeASlot, "usage/nothing-lost", condition="with two codes in one slot"
    ),
    "loads-twice": defect(usage.LoadsTwice, "usage/nothing-invented"),
    "counts-failures": defect(usage.CountsFailures, "usage/failures-not-counted"),
    "stale-success": defect(
        count.StaleSuccess, "usage/failures-not-counted", condition="after a success"
    ),
    "types-lumped": defect(usage.TypesLumped, "usage/types-faithful"),
    "copied-type-row": defect(
        count.CopiedTypeRow, "usage/types-faithful", condition="with the third type"
    ),
    "drops-unsent-at-stop": defect(usage.DropsUnsentAtStop, "usage/survives-restart"),
    "drops-open-slot-at-stop": defect(usage.DropsOpenSlotAtStop, "usage/survives-restart"),
    "todays-queue": defect(
        backlog.TodaysQueue, "usage/survives-restart", condition="overnight"
    ),
    "counts-in-memory": defect(
        usage.CountsInMemory, "usage/survives-crash", "usage/nothing-lost"
    ),
    "journal-distrusted": defect(
        crash.JournalDistrusted,
        "usage/survives-crash",
        "usage/nothing-lost",
        condition="after a kill",
    ),
    "drops-offline-usage": defect(
        usage.DropsOfflineUsage,
        "usage/kept-while-offline",
        "usage/nothing-lost",
        "usage/survives-restart",
    ),
    "offline-buffer": defect(
        count.OfflineBuffer,
        "usage/kept-while-offline",
        "usage/nothing-lost",
        "usage/survives-restart",
        condition="with more than two slots offline",
    ),
    "counts-repeats": defect(repeat.CountsRepeats, "usage/duplicates-suppressed"),
    "repeats-not-renewed": defect(
        repeat.RepeatsNotRenewed,
        "usage/duplicates-suppressed",
        condition="at the third sight",
    ),
    "repeats-by-text": defect(
        repeat.RepeatsByText,
        "usage/nothing-lost",
        condition="with one text in two symbologies",
    ),
    "repeats-for-5-seconds": defect(
        repeat.RepeatsForFiveSeconds,
        "usage/nothing-lost",
        condition="when seen again after 3 to 5 s",
    ),
    "content-in-reports": defect(usage.ContentInReports, "usage/no-content"),
    # report
    "reports-without-code": defect(report.ReportsWithoutCode, "report/complete"),
    "organization-left-out": defect(
        count.OrganizationLeftOut,
        "report/complete",
        condition="without a handshake code",
        generations=DLS_ONLY,
    ),
    "counts-as-text": defect(
        count.CountsAsText,
        "report/complete",
        "usage/nothing-lost",
        "usage/survives-restart",
        "failover/report-arrives-or-is-kept",
    ),
    "merges-backlog": defect(report.MergesBacklog, "report/one-slot-each"),
    "zero-counts": defect(
        report.ZeroCounts, "report/counts-positive", generations=DLS_ONLY
    ),
    "todays-code": defect(report.TodaysCode, "report/keeps-its-code"),
}
