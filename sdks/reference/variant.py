"""What is known of a variant of the SDK."""

from typing import NamedTuple

from licence_client import LicenceClient

BOTH = ("lts", "dls")
LTS_ONLY = ("lts",)
DLS_ONLY = ("dls",)


class Variant(NamedTuple):
    """
    One variant: the client, the rules it breaks, one line about it, and the generations in
    which it shows.

    `breaks` begins with the rule that the variant is made for. Rules after it cannot be
    kept by a client with this defect: what they find is its consequence. A conforming
    variant breaks none. `condition` says when a subtle defect shows; it is empty where that
    is in ordinary use.
    """

    client_type: type[LicenceClient]
    breaks: tuple[str, ...]
    summary: str
    generations: tuple[str, ...]
    condition: str = ""
