"""
Recordings of runs without secrets, so that they can be passed on.

As with captures, every rule judges the same: what two fields have in common their
pseudonyms have in common, too. Names of devices and cases are the suite's own, and stay.
"""

import msgspec

from harness.capture.redaction import Redactor
from harness.domain.recording import (
    AnyEvent,
    Configuration,
    DriverFailed,
    DriverLogged,
    Exchange,
    OperationAnswered,
    OperationCalled,
    RecordingOpened,
    SdkError,
    StartAnswered,
    StartCalled,
)

_LEFT_OUT = "left out"


class RunRedactor(Redactor):
    """Gives out pseudonyms for what stands in the recording of a run."""

    def event(self, event: AnyEvent) -> AnyEvent:
        """Return *event* without secrets."""
        match event:
            case RecordingOpened():
                told = event.told and self._configuration(event.told)
                return msgspec.structs.replace(event, told=told)
            case StartCalled():
                certificates = event.bad_certificates.items()
                return msgspec.structs.replace(
                    event,
                    configuration=self._configuration(event.configuration),
                    bad_certificates={self._url(url): what for url, what in certificates},
                )
            case StartAnswered() | OperationAnswered():
                return msgspec.structs.replace(event, error=_told(event.error))
            case OperationCalled():
                content = self._name("content", event.content)
                return msgspec.structs.replace(event, content=content)
            case Exchange():
                return self.exchange(event)
            case DriverLogged():
                return msgspec.structs.replace(event, text=_LEFT_OUT)
            case DriverFailed():
                return msgspec.structs.replace(event, blame=_LEFT_OUT)
        return event

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return *exchange* without secrets."""
        return msgspec.structs.replace(
            super().exchange(exchange),
            device=exchange.device,
            body=self._found_in(exchange.body),
            received=exchange.received,
            stored=exchange.stored,
            fault=exchange.fault,
        )

    def _configuration(self, told: Configuration) -> Configuration:
        return msgspec.structs.replace(
            super()._configuration(told),
            product_keys=self._name("product-key", told.product_keys),
            time_zone=told.time_zone,
            cache=told.cache,
        )

    def _found_in(self, body: str | None) -> str | None:
        """Return what rules look for in a body, and nothing else of it."""
        secrets = [self._known[kind] for kind in ("content", "product-key")]
        found = [
            pseudonym
            for known in secrets
            for secret, pseudonym in known.items()
            if body and secret in body
        ]
        return " ".join(found) or None


def _told(error: SdkError | None) -> SdkError | None:
    return error and SdkError(code=error.code)
