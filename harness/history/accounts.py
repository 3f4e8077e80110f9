"""All accounts of one device: those with open lots, and the latest of the others."""

from collections import deque
from collections.abc import Iterator

from harness.domain.generation import Generation
from harness.history.account import Account
from harness.history.lot import Key, Lot

#: Accounts without open lots that are remembered, of all devices together. Units of an
#: older one that come again pass for units that nobody performed.
MOST_CLOSED = 50_000


class Archive:
    """Which accounts were closed, of all devices, in that order; old ones are forgotten."""

    def __init__(self, most: int | None = MOST_CLOSED) -> None:
        """Remember at most *most* closed accounts; ``None``: all of them."""
        self._most = most
        self._closed: deque[tuple[Accounts, Key]] = deque()

    def note(self, accounts: "Accounts", key: Key) -> None:
        """An account was closed."""
        if self._most is None:
            return
        self._closed.append((accounts, key))
        if len(self._closed) > self._most:
            oldest, its_key = self._closed.popleft()
            oldest.forget(its_key)


class Accounts:
    """
    The accounts of one device.

    Attributes:
        forgotten_performed, forgotten_stored: Units of accounts that are not remembered.
    """

    def __init__(self, generation: Generation, archive: Archive) -> None:
        """Begin without any."""
        self.forgotten_performed = 0
        self.forgotten_stored = 0
        self._generation = generation
        self._archive = archive
        self._open: dict[Key, Account] = {}
        self._closed: dict[Key, Account] = {}
        self._opened = 0
        self._is_in_order = True

    def __iter__(self) -> Iterator[Account]:
        """All that are remembered."""
        yield from self._open.values()
        yield from self._closed.values()

    def lots(self) -> Iterator[Lot]:
        """All lots that are not accepted yet, by the age of their accounts."""
        if not self._is_in_order:
            by_age = sorted(self._open.values(), key=lambda account: account.number)
            self._open = {account.key: account for account in by_age}
            self._is_in_order = True
        for account in self._open.values():
            yield from account.lots

    def of(self, key: Key) -> Account:
        """Return the account of *key*, opening it if need be."""
        found = self._open.get(key) or self._closed.get(key)
        if found is None:
            self._opened += 1
            other_side = self._generation.other_side(key.slot)
            found = self._open[key] = Account(key, other_side, self._opened)
        return found

    def file(self, account: Account) -> None:
        """Put *account* where it belongs, now that its lots have changed."""
        key = account.key
        if account.lots and key not in self._open:
            self._closed.pop(key, None)
            self._open[key] = account
            self._is_in_order = False
        elif not account.lots and self._open.pop(key, None) is not None:
            self._closed[key] = account
            self._archive.note(self, key)

    def take(self, code: str) -> list[Account]:
        """Take out all accounts under the handshake code *code*."""
        accounts = [account for account in self if account.key.code == code]
        for account in accounts:
            self._open.pop(account.key, None)
            self._closed.pop(account.key, None)
        return sorted(accounts, key=lambda account: account.number)

    def wipe(self) -> None:
        """What is open is gone with the cache."""
        for account in list(self._open.values()):
            account.clear()
            self.file(account)

    def forget(self, key: Key) -> None:
        """Only add up what a closed account held."""
        account = self._closed.pop(key, None)
        if account is not None:
            self.forgotten_performed += account.performed_units
            self.forgotten_stored += account.accepted_units
            account.performed_units = account.accepted_units = 0
