"""Two hours of a day: what statistics are kept by."""

from datetime import datetime, timedelta
from functools import lru_cache

from harness.domain.instant import EPOCH

#: Forty slots: no slot lies in two buckets.
BUCKET_LENGTH = timedelta(hours=2)
BUCKETS_A_DAY = 12


#: What usage is summed up by: handshake code, licence item, type, number of the bucket,
#: which is how many whole buckets since 1970-01-01T00:00Z come before it.
Bucket = tuple[str, str | None, str | None, int]


@lru_cache(maxsize=4096)
def bucket_number(at: datetime) -> int:
    """Return the number of the bucket that holds *at*, which may be a slot's start."""
    return (at - EPOCH) // BUCKET_LENGTH


def bucket_start(number: int) -> datetime:
    """Return the first instant of the bucket *number*."""
    return EPOCH + number * BUCKET_LENGTH
