"""Defects of servers that show only with a second server, another address or a path."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import override
from urllib.parse import urlsplit

from licence_client import LicenceClient, Settings
from licence_client.authoriser import Authoriser
from licence_client.files import write_whole
from licence_client.licence import Grant
from licence_client.report import Report
from licence_client.submitter import Submitter, usage_url
from licence_client.transport import Answer, Message, Transport


class ShortPathTransport(Transport):
    """Keeps the first step of a path, and its own."""

    @override
    def send(self, method: str, url: str, message: Message) -> Answer:
        parts = urlsplit(url)
        *prefix, end, name = parts.path.strip("/").split("/")
        path = "/".join(["", *prefix[:1], end, name])
        return super().send(method, parts._replace(path=path).geturl(), message)


class PrefixFirstStep(LicenceClient):
    """Of a path in the server's URL only the first step is kept."""

    transport_type = ShortPathTransport


class BareStandbyAuthoriser(Authoriser):
    """Takes only host and port of the standby."""

    @override
    def servers(self) -> tuple[str, ...]:
        main, *others = self.settings.servers
        return main, *(urlsplit(s)._replace(path="").geturl() for s in others)


class PrefixLostOnStandby(LicenceClient):
    """The standby's URL is put together from host and port."""

    authoriser_type = BareStandbyAuthoriser


class BareSubmitter(Submitter):
    """Takes only host and port of the server that said yes."""

    @override
    def send(self, message: Message) -> Answer:
        bare = urlsplit(self.server)._replace(path="").geturl()
        return self.transport.post(usage_url(bare), message)


class PrefixLostOnReports(LicenceClient):
    """Authorisation keeps the path of a URL; reports were given code of their own."""

    submitter_type = BareSubmitter


class RefusedConnectionAuthoriser(Authoriser):
    """Goes to the next server only where the one before is not there at all."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        super().__init__(settings, transport)
        self._answer: Answer | None = None

    @override
    def ask(self, server: str, client_uuid: str) -> Answer:
        if self._answer is None or not self._answer.request_sent:
            self._answer = super().ask(server, client_uuid)
        return self._answer


class FailoverOnRefusedOnly(LicenceClient):
    """A server that takes the connection is there: its silence is no reason to go on."""

    authoriser_type = RefusedConnectionAuthoriser


class FaithfulAuthoriser(Authoriser):
    """Begins with the server that granted last."""

    @override
    def servers(self) -> tuple[str, ...]:
        path = self.settings.cache_dir / "last-server"
        last = path.read_text() if path.exists() else ""
        return tuple(sorted(self.settings.servers, key=lambda server: server != last))

    @override
    def keep(self, server: str, answer: Answer) -> Grant:
        write_whole(self.settings.cache_dir / "last-server", server.encode())
        return super().keep(server, answer)


class SticksToStandby(LicenceClient):
    """The server that granted last is asked first, long after the main one is back."""

    authoriser_type = FaithfulAuthoriser


class CautiousSubmitter(Submitter):
    """Tells both servers."""

    @override
    def send(self, message: Message) -> Answer:
        for server in self.settings.servers:
            if server != self.server:
                self.transport.post(usage_url(server), message)
        return super().send(message)


class SentToBoth(LicenceClient):
    """Reports go to both servers, so that neither misses any."""

    submitter_type = CautiousSubmitter


class OriginSubmitter(Submitter):
    """Sends a report to the server of its session."""

    def note_origins(self) -> None:
        """Remember this session's server for all that is left over."""
        origins = self.origins()
        for report in self.store.reports():
            origins.setdefault(str(report.number), self.server)
        write_whole(self.settings.cache_dir / "origins", json.dumps(origins).encode())

    def origins(self) -> dict[str, str]:
        """The server of each report that was left over."""
        path = self.settings.cache_dir / "origins"
        return dict(json.loads(path.read_text())) if path.exists() else {}

    @override
    def submit(self, reports: Sequence[Report]) -> None:
        origins, current = self.origins(), self.server
        by_server: dict[str, list[Report]] = defaultdict(list)
        for report in reports:
            by_server[origins.get(str(report.number), current)].append(report)
        for self.server, of_server in by_server.items():
            super().submit(of_server)
        self.server = current


class BacklogToOldServer(LicenceClient):
    """A report that is left over is sent to the server that was configured at its time."""

    submitter_type = OriginSubmitter
    submitter: OriginSubmitter

    @override
    def stop(self) -> None:
        if self.grant is not None:
            self.submitter.note_origins()
        super().stop()
