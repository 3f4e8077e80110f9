"""
Variants of the reference SDK that conform, each using one freedom:
no rule may fail them.
"""

from faulty.report import ZeroCounts
from faulty.submission import EmptyPosts
from licence_client import LicenceClient
from variant import BOTH, LTS_ONLY, Variant

from conforming import variants

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
    "keeps-using-licence": _freedom(variants.KeepsUsingLicence),
    "standby-for-reports": _freedom(variants.StandbyForReports),
    "purges-in-background": _freedom(variants.PurgesInBackground),
    "uuid-upper-case-braces": _freedom(variants.UuidUpperCaseBraces),
    # What DLS forbids, LTS leaves open.
    "lts-empty-posts": _freedom(
        EmptyPosts, "A tick with nothing to send sends an empty list.", LTS_ONLY
    ),
    "lts-zero-counts": _freedom(
        ZeroCounts, "A report lists a type with a count of zero.", LTS_ONLY
    ),
}
