"""Whole numbers that are the same in every language."""

from typing import Annotated

import msgspec

#: The greatest of them; nobody counts so far.
GREATEST = 2**53

#: A whole number; a greater one is refused where it is read.
Whole = Annotated[int, msgspec.Meta(ge=-GREATEST, le=GREATEST)]
