"""How the tables describe a defect."""

from licence_client import LicenceClient
from variant import BOTH, Variant


def defect(
    client_type: type[LicenceClient],
    *breaks: str,
    condition: str = "",
    generations: tuple[str, ...] = BOTH,
) -> Variant:
    """A faulty variant; its class's docstring is the one line about it."""
    summary = " ".join((client_type.__doc__ or "").split())
    return Variant(client_type, breaks, summary, generations, condition)
