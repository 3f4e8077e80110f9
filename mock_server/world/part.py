"""What all parts of a configuration have in common."""

from datetime import datetime
from typing import Annotated

import msgspec

#: Units of usage: operations, pages or frames; or how many devices, seats or requests.
Units = Annotated[int, msgspec.Meta(ge=0)]

#: An instant with an offset.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """Base of the parts of a configuration: a key that no part knows is refused."""
