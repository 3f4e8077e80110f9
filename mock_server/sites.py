"""All addresses of a mock, and which of them refuse connections at the moment."""

import asyncio
from collections.abc import Callable, Iterable

from mock_server.faults import Damage, Fault
from mock_server.site import Site

SERVERS = ("main", "standby")


class Sites:
    """
    The sites, each listening or shut as servers go down and faults refuse.

    A server counts as down where it was turned down, or where a fault holds any of its
    sites shut.
    """

    def __init__(self, on_turned: Callable[[str, bool], None]) -> None:
        """Begin with none; *on_turned* is told the server, and whether it is up."""
        self._on_turned = on_turned
        self._sites: list[Site] = []
        self._turned_down: set[str] = set()
        #: Faults that hold sites shut, or curt, until the step ends.
        self._refusals: list[Fault] = []
        self._told_down: set[str] = set()

    def is_up(self, server: str) -> bool:
        """Tell whether *server* is up."""
        return server not in self._told_down

    @property
    def ports(self) -> frozenset[int]:
        """The ports of all sites."""
        return frozenset(site.port for site in self._sites)

    def add(self, site: Site) -> None:
        """Open *site*; it listens unless its server is down."""
        site.open()
        self._sites.append(site)
        self._settle()

    def turn(self, server: str, up: bool) -> None:
        """
        Let *server* go down, or come up again.

        Raises:
            ValueError: There is no such server.
        """
        check_server(server)
        if up:
            self._turned_down.discard(server)
        else:
            self._turned_down.add(server)
        self._settle()

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Hold shut what *faults* aim at."""
        self._refusals.extend(faults)
        self._settle()

    def stop_refusing(self, fault: Fault | None = None) -> None:
        """Open again what *fault* held shut, or all of them."""
        others = [one for one in self._refusals if one is not fault]
        self._refusals = others if fault else []
        self._settle()

    def all_up(self) -> None:
        """Open everything."""
        self._turned_down.clear()
        self.stop_refusing()

    async def close(self) -> None:
        """Give all ports back; open connections end at once."""
        await asyncio.gather(*(site.close() for site in self._sites))

    def _is_refusing(self, site: Site) -> bool:
        return site.server in self._turned_down or self._suffers(site, "refuse")

    def _is_curt(self, site: Site) -> bool:
        return self._suffers(site, "close-on-connect")

    def _suffers(self, site: Site, damage: Damage) -> bool:
        return any(
            fault.do == damage and fault.aims_at(site.device, site.server)
            for fault in self._refusals
        )

    def _down(self) -> set[str]:
        held = [s for s in self._sites if self._is_refusing(s) or self._is_curt(s)]
        return self._turned_down | {site.server for site in held}

    def _settle(self) -> None:
        """Let every site listen or not, as it should, and tell which servers turned."""
        for site in self._sites:
            if self._is_refusing(site):
                site.shut()
            else:
                site.listen(is_curt=self._is_curt(site))
        self._tell()

    def _tell(self) -> None:
        """Tell which servers have turned since the last time."""
        down = self._down()
        turned = down ^ self._told_down
        self._told_down = down
        for server in SERVERS:
            if server in turned:
                self._on_turned(server, server not in down)


def check_server(server: str) -> None:
    """
    See that *server* is one of the pair.

    Raises:
        ValueError: It is not.
    """
    if server not in SERVERS:
        raise ValueError(f"server: expected main or standby, got {server!r}")
