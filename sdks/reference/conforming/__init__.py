"""
Variants of the reference SDK that conform, each using one freedom:
no rule may fail them.
"""

from faulty.report import ZeroCounts
from faulty.submission import BacklogBeforeAnswer, EmptyPosts
from licence_client import LicenceClient
from variant import BOTH, DLS_ONLY, LTS_ONLY, Variant

from conforming import combined, connection, start, storage, variants

__all__ = ["VARIANTS"]


def _freedom(
    client_type: type[LicenceClient], summary: str = "", generations: tuple[str, ...] = BOTH
) -> Variant:
    # The class's docstring is the one line, unless the class is a defect elsewhere.
    return Variant(
        client_type,
        (),
        summary or " ".join((client_type.__doc__ or "").split()),
        generations,
    )


#: By name, in the order in which the rule catalogue lists the freedoms.
VARIANTS: dict[str, Variant] = {
    "one-request-per-report": _freedom(variants.OneRequestPerReport),
    "newest-first": _freedom(variants.NewestFirst),
    "sends-open-slot": _freedom(variants.SendsOpenSlot),
    "one-report-per-type": _freedom(variants.OneReportPerType),
    "extra-fields": _freedom(variants.ExtraFields),
    "backlog-spread": _freedom(variants.BacklogSpread),
    "backlog-after-25-seconds": _freedom(start.BacklogAfter25Seconds),
    "backlog-after-refusal": _freedom(start.BacklogAfterRefusal),
    "keeps-using-licence": _freedom(variants.KeepsUsingLicence),
    "standby-for-reports": _freedom(variants.StandbyForReports),
    "keeps-connections": _freedom(connection.KeepsConnections),
    "asks-three-times": _freedom(start.AsksThreeTimes),
    "ignores-product-keys": _freedom(start.IgnoresProductKeys, generations=DLS_ONLY),
    "sqlite-store": _freedom(storage.SqliteStore),
    "file-per-report": _freedom(storage.FilePerReport),
    "keeps-half-a-day-more": _freedom(start.KeepsHalfADayMore, generations=DLS_ONLY),
    "purges-in-background": _freedom(variants.PurgesInBackground),
    "uuid-upper-case-braces": _freedom(variants.UuidUpperCaseBraces),
    "uuid-urn": _freedom(start.UuidUrn),
    "uuid-kept-once-granted": _freedom(start.UuidKeptOnceGranted),
    # What DLS forbids, LTS leaves open.
    "lts-empty-posts": _freedom(
        EmptyPosts, "A tick with nothing to send sends an empty list.", LTS_ONLY
    ),
    "lts-zero-counts": _freedom(
        ZeroCounts, "A report lists a type with a count of zero.", LTS_ONLY
    ),
    "lts-empty-reports": _freedom(variants.EmptyReports, generations=LTS_ONLY),
    "lts-backlog-before-answer": _freedom(
        BacklogBeforeAnswer,
        "The backlog goes out before the server has been asked for authorisation.",
        LTS_ONLY,
    ),
    # Several at once.
    "open-slot-scattered": _freedom(combined.OpenSlotScattered),
    "thrifty-pair": _freedom(combined.ThriftyPair),
    "other-habits": _freedom(combined.OtherHabits),
}
