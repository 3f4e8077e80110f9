"""The two generations of the protocol, as values: what differs between them is data."""

from datetime import timedelta
from typing import NamedTuple


class Generation(NamedTuple):
    """One generation of the protocol."""

    name: str
    #: From a multiple of 180 s to the first whole second of the slot that begins there.
    first_second: timedelta
    #: How long an unsent report is kept after the end of its slot; `None`: for ever.
    retention: timedelta | None
    #: The error code of a start that reaches no server and has no valid local licence.
    unreachable_code: int


LTS = Generation(
    "lts", first_second=timedelta(seconds=1), retention=None, unreachable_code=-20003
)
DLS = Generation(
    "dls", first_second=timedelta(0), retention=timedelta(days=30), unreachable_code=-20200
)

GENERATIONS = {generation.name: generation for generation in (LTS, DLS)}
