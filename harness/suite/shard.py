"""A shard: one of several runs that play the suite between them."""

import re
import zlib
from typing import NamedTuple

from harness.documents.bad_input import BadInput

_WRITTEN = re.compile(r"(?P<number>\d{1,4})/(?P<of>\d{1,4})")


class Shard(NamedTuple):
    """
    One of several runs.

    Attributes:
        number: Counted from 1.
        of: How many there are.
    """

    number: int
    of: int

    def __str__(self) -> str:
        """Write it as `parse` reads it."""
        return f"{self.number}/{self.of}"

    def takes(self, case: str) -> bool:
        """Tell whether the case is played here; of all shards just one says so."""
        return zlib.crc32(case.encode()) % self.of == self.number - 1


def parse_shard(text: str) -> Shard:
    """
    Read a shard, such as ``2/5``.

    Raises:
        BadInput: It is none.
    """
    found = _WRITTEN.fullmatch(text)
    shard = Shard(int(found["number"]), int(found["of"])) if found else None
    if shard is None or not 1 <= shard.number <= shard.of:
        raise BadInput(
            f"--shard {text!r}: expected the number of a shard and how many there are, "
            "such as 1/4 to 4/4"
        )
    return shard
