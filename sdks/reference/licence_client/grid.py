"""
The three-minute grid. A slot is known by its time label: its first whole second,
in UTC.
"""

from datetime import UTC, datetime, timedelta

from licence_client.generation import Generation

SLOT_WIDTH = timedelta(minutes=3)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Grid:
    """
    The slots of one generation: LTS [180k+1, 180k+180] whole seconds, DLS [180k,
    180k+180).
    """

    def __init__(self, generation: Generation) -> None:
        self.first_second = generation.first_second

    def slot_of(self, moment: datetime) -> datetime:
        """The slot that holds `moment`; fractions of a second are cut off."""
        second = moment.replace(microsecond=0)
        return second - (second - _EPOCH - self.first_second) % SLOT_WIDTH

    def has_closed(self, slot: datetime, now: datetime) -> bool:
        """Whether nothing done from `now` on can still belong to `slot`."""
        return slot <= now - SLOT_WIDTH


def render_label(slot: datetime) -> str:
    """The time label as it is sent and stored."""
    return slot.strftime("%Y-%m-%dT%H:%M:%SZ")
