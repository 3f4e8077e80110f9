"""
The entries of all tenants in one store.

A record is a JSON list: the name of the tenant, and an entry; or the name alone, from
where on the tenant begins anew.
"""

from collections.abc import Iterator
from functools import partial

import msgspec

from mock_server.ledger.entry import AnyEntry
from mock_server.service import Durable
from mock_server.serving.store import Store, StoreFailed
from mock_server.serving.tenant import KeepOfTenant


class _Record(msgspec.Struct, frozen=True, array_like=True):
    """One record; no *entry*: all of before counts no more."""

    tenant: str
    entry: AnyEntry | None = None


class Archive:
    """Writes entries to a store, and reads those of former runs."""

    def __init__(self, store: Store) -> None:
        """Use *store*."""
        self._store = store
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(_Record).decode

    def keeper(self, tenant: str) -> KeepOfTenant:
        """Return what keeps the entries of *tenant*."""
        return partial(self._keep, tenant)

    def former_entries(self) -> Iterator[tuple[str, AnyEntry | None]]:
        """
        Return the entries of former runs with the name of their tenant, oldest first.

        Raises:
            StoreFailed: The store holds something else.
        """
        try:
            for record in map(self._decode, self._store.entries()):
                yield record.tenant, record.entry
        except msgspec.MsgspecError as error:
            raise StoreFailed(f"an entry cannot be read: {error}") from error

    def _keep(self, tenant: str, entry: AnyEntry | None) -> Durable | None:
        return self._store.append(self._encode(_Record(tenant, entry)))
