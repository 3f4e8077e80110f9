"""The SDK's public face."""

from datetime import UTC, datetime, timedelta

from licence_client.authoriser import Authoriser
from licence_client.errors import LICENCE_CONFLICT, NO_LICENCE, LicenceError
from licence_client.grid import SLOT_WIDTH, Grid
from licence_client.identity import Identity
from licence_client.licence import Grant
from licence_client.operation import Operation
from licence_client.repeats import Repeats
from licence_client.report import Report, ReportKey
from licence_client.settings import Settings
from licence_client.store import UsageStore
from licence_client.submitter import Submitter
from licence_client.timers import Timers
from licence_client.transport import Transport


class LicenceClient:
    """
    One application's licence: authorised at `start`, counted by `record`, reported by
    `poll`.
    """

    grid_type: type[Grid] = Grid
    identity_type: type[Identity] = Identity
    transport_type: type[Transport] = Transport
    authoriser_type: type[Authoriser] = Authoriser
    store_type: type[UsageStore] = UsageStore
    submitter_type: type[Submitter] = Submitter
    repeats_type: type[Repeats] = Repeats

    #: From one submission of new reports to the next, beginning at the start.
    tick_period = timedelta(minutes=3)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.retention = settings.generation.retention
        self.grid = self.grid_type(settings.generation)
        self.identity = self.identity_type(settings)
        self.transport = self.transport_type(settings.ca_file, settings.request_timeout_s)
        self.authoriser = self.authoriser_type(settings, self.transport)
        self.store = self.store_type(settings.cache_dir)
        self.submitter = self.submitter_type(settings, self.transport, self.store)
        self.timers = Timers()
        self.repeats = self.repeats_type()
        self.client_uuid = ""
        self.grant: Grant | None = None

    def start(self) -> None:
        """
        Begin a session: get authorised, then send what earlier sessions have left. A
        session that runs is ended first.

        Raises: `LicenceError` where the client may not work.
        """
        self.stop()
        self.check_settings()
        self.settings.cache_dir.mkdir(parents=True, exist_ok=True)
        self.client_uuid = self.identity.client_uuid()
        self.open_session(self.authorise())

    def record(self, operation: Operation) -> None:
        """
        Count an operation that was done now.

        Raises: `LicenceError` where the session is not authorised.
        """
        if self.grant is None:
            raise LicenceError(NO_LICENCE, "The session is not authorised.")
        if self.is_tracked(operation) and not self.is_repeat(operation):
            self.store.count(
                self.report_key(self.grant), operation.usage_type, operation.count
            )

    def poll(self) -> None:
        """
        Do what is due by now. The application calls this from its loop, at `next_due` or a
        little later.
        """
        self.timers.fire_due()

    @property
    def next_due(self) -> datetime | None:
        """When `poll` has something to do next."""
        return self.timers.next_due

    def stop(self) -> None:
        """
        End the session. Nothing is sent: what is pending is on disk and goes out at the
        next start.
        """
        self.timers.clear()
        self.store.close()
        self.submitter.waiting.clear()
        self.grant = None

    def check_settings(self) -> None:
        """Refuse a configuration that names no licence, or two."""
        settings = self.settings
        tracked = settings.handshake_code or settings.organization_id
        if tracked and settings.product_keys:
            raise LicenceError(
                LICENCE_CONFLICT,
                "Product keys exclude a handshake code or an organization ID.",
            )
        if not tracked:
            raise LicenceError(
                NO_LICENCE, "Neither a handshake code nor an organization ID is set."
            )

    def authorise(self) -> Grant:
        """Get a grant for this session."""
        return self.authoriser.authorise(self.client_uuid)

    def open_session(self, grant: Grant) -> None:
        """Work under a grant from now on."""
        self.grant = grant
        self.store.open()
        self.submitter.server = grant.server
        self.schedule_ticks()
        self.purge()
        self.send_backlog()

    def schedule_ticks(self) -> None:
        """
        Submit new reports every three minutes, counted from the start and not from the
        slots.
        """
        self.timers.every(self.tick_period, self.tick)

    def is_tracked(self, operation: Operation) -> bool:
        """Whether an operation is to be counted."""
        return operation.success and operation.count > 0

    def is_repeat(self, operation: Operation) -> bool:
        """Whether a camera has just seen the same: that counts once."""
        return self.settings.is_scanner and self.repeats.is_repeat(operation)

    def report_key(self, grant: Grant) -> ReportKey:
        """What an operation of this moment is counted under."""
        code = self.settings.handshake_code or grant.handshake_code
        return ReportKey(
            slot=self.grid.slot_of(datetime.now(UTC)),
            handshake_code=code,
            organization_id=None if code else self.settings.organization_id,
            client_uuid=self.client_uuid,
            product=self.settings.product,
        )

    def purge(self) -> None:
        """Forget the reports that have become too old to be sent."""
        self.store.drop(self.reports_too_old())

    def reports_too_old(self) -> list[Report]:
        """The reports whose slot ended before the retention."""
        if self.retention is None:
            return []
        kept_since = datetime.now(UTC) - self.retention
        return [
            report
            for report in self.store.reports()
            if report.key.slot + SLOT_WIDTH < kept_since
        ]

    def send_backlog(self) -> None:
        """Send at once what earlier sessions have left."""
        self.submitter.submit(self.reports_due())

    def tick(self) -> None:
        """Send what is new since the last tick, if anything."""
        self.submitter.submit(self.reports_due())

    def reports_due(self) -> list[Report]:
        """
        The reports that grow no more and have not failed in this session,
        oldest first.
        """
        now = datetime.now(UTC)
        waiting = self.submitter.waiting
        return [
            report
            for report in self.store.reports()
            if report.number not in waiting
            and (report.sealed or self.grid.has_closed(report.key.slot, now))
        ]
