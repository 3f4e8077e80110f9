"""How often Python looks for objects that only hold each other."""

import gc

#: So many new objects, and then it looks among them; by default it does so after 2 000.
_NEW_OBJECTS = 100_000


def collect_rarely() -> None:
    """
    Look for such objects fifty times less often.

    Judging leaves hardly any behind, and what it keeps grows with the number of devices:
    to look through all of that takes a third of its time where there are thousands.
    """
    gc.set_threshold(_NEW_OBJECTS)
