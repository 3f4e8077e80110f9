"""How often Python looks for objects that only hold each other."""

import gc

#: So many new objects, and then it looks among them; by default it does so after 2 000.
_NEW_OBJECTS = 100_000


def collect_rarely() -> None:
    """
    Look for such objects fifty times less often.

    What reads captures leaves some behind with every exchange. But what is kept grows with
    the number of devices, and to look through all of it takes a third of the time where
    there are thousands.
    """
    gc.set_threshold(_NEW_OBJECTS)


def collect_never() -> None:
    """
    Do not look for such objects.

    Judging a recording leaves none behind: no part of a history knows whose part it is.
    """
    gc.disable()
