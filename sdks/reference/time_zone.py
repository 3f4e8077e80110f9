"""The time zone of the SDK's process, as a user sets it for the device."""

import os
import time


class TimeZone:
    """The process's time zone; the one that it was started in can be had again."""

    def __init__(self) -> None:
        self._first = os.environ.get("TZ")

    def set(self, name: str | None) -> None:
        """Use a zone of the IANA database from now on; `None`: the one of the beginning."""
        name = name or self._first
        if name is None:
            os.environ.pop("TZ", None)
        else:
            os.environ["TZ"] = name
        time.tzset()
