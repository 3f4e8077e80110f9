"""
The mock on its own: one address for all clients, and one more for a standby server.

Below ``/t/NAME`` everybody has a mock of their own; what names nobody is for the first
one. Below ``/__dls__`` of any of them is its admin API.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

from aiohttp import web

from harness.wire.codec import Profile
from mock_server.address import Address
from mock_server.admin.api import ROOT, Api
from mock_server.admin.guard import Guard
from mock_server.admin.route import NotThere
from mock_server.authority import the_authority
from mock_server.connection import Connection, Prompt
from mock_server.head import Head
from mock_server.serving.archive import Archive
from mock_server.serving.settings import Settings
from mock_server.serving.store import NoStore, Store
from mock_server.serving.tenant import Tenant
from mock_server.site import Site

_TENANTS = "/t/"
_TENANT = re.compile(r"/t/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,63})(?P<rest>/.*)")
#: Whoever makes up names without end is told so before memory is gone.
_MOST_TENANTS = 1000
#: How many seconds requests that are under way have to come to an end.
_PATIENCE_SECONDS = 2.0
_POLL_SECONDS = 0.01
_LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Listening:
    """
    Where a mock listens, and how.

    Attributes:
        port, standby_port: 0: any that is free. Without a *standby_port* there is no
            standby server.
        tls: Whether https is spoken.
        token: What the admin API has to be presented; ``None``: it can be used from
            this machine alone.
    """

    host: str = "127.0.0.1"
    port: int = 0
    standby_port: int | None = None
    tls: bool = False
    token: str | None = None

    @property
    def ports(self) -> dict[str, int]:
        """The port of each server."""
        ports = {"main": self.port}
        if self.standby_port is not None:
            ports["standby"] = self.standby_port
        return ports


class StandAlone:
    """
    A stand-in for a pair of licence servers, for everybody.

    Attributes:
        urls: What clients are told, by server; there once it has been started.
    """

    def __init__(
        self,
        profile: Profile,
        settings: Settings,
        listening: Listening,
        store: Store | None = None,
        reread: Callable[[], Settings] | None = None,
    ) -> None:
        """
        Prepare; nothing is served before the context is entered.

        *store* keeps entries and is closed in the end; *reread* reads the settings
        again, and raises ValueError where they are wrong.
        """
        self.urls: dict[str, str] = {}
        self._profile = profile
        self._settings = settings
        self._listening = listening
        self._store = store or NoStore()
        self._archive = Archive(self._store) if store else None
        self._reread = reread or (lambda: settings)
        self._api = Api(Guard(listening.token, listening.host))
        self._tenants: dict[str, Tenant] = {}
        self._sites: dict[str, Site] = {}
        self._parts: dict[tuple[Address, str], Address] = {}

    async def __aenter__(self) -> Self:
        """
        Begin to serve, with what former runs have kept.

        Raises:
            StoreFailed: That cannot be read.
            OSError: A port cannot be had.
        """
        try:
            self._restore()
            for server, port in self._listening.ports.items():
                self._open(server, port)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        End: requests under way come to an end, and all that is to be kept is kept.

        Raises:
            StoreFailed: Something could not be kept.
        """
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while self._in_flight and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_POLL_SECONDS)
        await self._close()

    @property
    def tenant(self) -> Tenant:
        """The one that is meant where nobody is named."""
        return self._tenants[""]

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        """All who use this mock, the unnamed one first."""
        return tuple(self._tenants.values())

    @property
    def admin_url(self) -> str:
        """Where the admin API is, that of the unnamed tenant."""
        site = self._sites["main"]
        return site.url.removesuffix(site.prefix) + ROOT

    @property
    def health_path(self) -> str:
        """Below a server's URL, what anybody may ask for."""
        return self._profile.text.health.path

    @property
    def authority_pem(self) -> bytes:
        """The certificate, as PEM, that a client of https has to trust."""
        return the_authority().pem

    def named(self, name: str) -> Tenant:
        """
        Return the tenant of that name, who comes to be by being named.

        Raises:
            NotThere: There are too many.
        """
        tenant = self._tenants.get(name)
        if tenant is None:
            if len(self._tenants) > _MOST_TENANTS:
                raise NotThere(
                    f"expected at most {_MOST_TENANTS} names below {_TENANTS}, and "
                    f"{name!r} is one more"
                )
            tenant = self._new_tenant(name)
            tenant.begin(is_known=False)
        return tenant

    @property
    def _in_flight(self) -> int:
        return sum(tenant.mock.in_flight for tenant in self.tenants)

    def _restore(self) -> None:
        self._new_tenant("")
        known: set[str] = set()
        for name, entry in self._archive.former_entries() if self._archive else ():
            known.add(name)
            tenant = self._tenants.get(name) or self._new_tenant(name)
            if entry is None:
                tenant.mock.forget(tenant.seed)
            else:
                tenant.mock.service.pair.apply(entry)
        for tenant in self.tenants:
            tenant.begin(is_known=tenant.name in known)

    def _new_tenant(self, name: str) -> Tenant:
        tenant = Tenant(
            name,
            self._profile,
            self._settings,
            self._archive.keeper(name) if self._archive else None,
            self._reread,
            () if name else tuple(self._listening.ports),
        )
        self._tenants[name] = tenant
        return tenant

    def _open(self, server: str, port: int) -> None:
        host, prefix = self._listening.host, self._settings.prefix
        site = Site("", server, prefix, self, self._tls(), host, port)
        self.tenant.mock.add_site(site)
        self._sites[server] = site
        self.urls[server] = site.url

    def _tls(self) -> ssl.SSLContext | None:
        if not self._listening.tls:
            return None
        names = dict.fromkeys((self._listening.host, *_LOCAL_NAMES))
        return the_authority().context("good", tuple(names))

    def prompt(self, address: Address, head: Head) -> Prompt | None:
        """See `MockDls.prompt`; who is named for the first time comes to be in `serve`."""
        target = head.target
        if target.startswith(ROOT):
            return None
        if not target.startswith(_TENANTS):
            return self.tenant.mock.prompt(address, head)
        match = None if "%" in target else _TENANT.match(target)
        tenant = self._tenants.get(match["name"]) if match else None
        if match is None or tenant is None or match["rest"].startswith(ROOT):
            return None
        return tenant.mock.prompt(self._part(address, match["name"]), head)

    def serve(
        self, address: Address, request: web.BaseRequest
    ) -> Awaitable[web.StreamResponse]:
        """Answer one request that came to *address*, whatever and whoever it is for."""
        target = request.raw_path
        if target.startswith(_TENANTS):
            return self._serve_named(address, request)
        if target.startswith(ROOT):
            path = request.path.removeprefix(ROOT)
            return self._api.answer(request, path, lambda: self.tenant)
        return self.tenant.mock.serve(address, request)

    def refuse_garbage(
        self, address: Address, connection: Connection, status: int, why: str
    ) -> None:
        """Answer what is no HTTP request, and so for nobody in particular."""
        self.tenant.mock.refuse_garbage(address, connection, status, why)

    async def _serve_named(
        self, address: Address, request: web.BaseRequest
    ) -> web.StreamResponse:
        match = _TENANT.fullmatch(request.path)
        if match is None:
            return await self.tenant.mock.serve(address, request)
        name, rest = match["name"], match["rest"]
        if rest.startswith(ROOT):
            path = rest.removeprefix(ROOT)
            return await self._api.answer(request, path, partial(self.named, name))
        try:
            tenant = self.named(name)
        except NotThere as error:
            return web.Response(status=404, text=str(error))
        return await tenant.mock.serve(self._part(address, name), request)

    def _part(self, address: Address, name: str) -> Address:
        """Return the share of an address that belongs to the tenant of that *name*."""
        part = self._parts.get((address, name))
        if part is None:
            prefix = f"{_TENANTS}{name}"
            url = address.url.removesuffix(address.prefix) + prefix
            part = Address(address.device, address.server, prefix, url)
            self._parts[address, name] = part
        return part

    async def _close(self) -> None:
        try:
            for tenant in self.tenants:
                await tenant.mock.__aexit__(None, None, None)
        finally:
            await self._store.close()
