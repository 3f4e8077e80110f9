"""How exactly it is known when something happened, by the mode in which time passed."""

from datetime import timedelta

#: Where time stands still while we look, nothing is late; where it runs by itself, the
#: moment that the harness notes is not the one that the SDK reads from its clock.
_INEXACT_BY = {
    "scaled": timedelta(seconds=4),
    "real": timedelta(seconds=1),
}


def inexact_by(clock: str) -> timedelta:
    """Return how far off instants may be in the clock mode *clock*; 0: they are exact."""
    return _INEXACT_BY.get(clock, timedelta())
