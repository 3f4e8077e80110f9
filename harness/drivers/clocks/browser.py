"""``browser``: a page, whose clock and timers we move in the browser that it lives in."""

from datetime import timedelta

from harness.documents.bad_input import BadInput
from harness.drivers.clocks.injected import InjectedClock
from harness.drivers.driver import GRACE, Driver
from harness.drivers.sdk_file import SdkFile


class BrowserClock(InjectedClock):
    """Time stands still until the harness moves it, and each page after it."""

    name = "browser"

    async def open(
        self, sdk_file: SdkFile, generation: str | None, grace: timedelta = GRACE
    ) -> Driver:
        """Open the page; whoever drives it moves its clock."""
        if sdk_file.websocket is None or sdk_file.websocket.page is None:
            raise BadInput(
                f"{sdk_file.path}: clock mode {self.name!r} drives pages that dlscheck "
                f"opens; expected driver.websocket.page, got {sdk_file.driver_key}"
            )
        return await super().open(sdk_file, generation, grace)
