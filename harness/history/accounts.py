"""All accounts of one device: those with open lots, and the latest of the others."""

from collections import deque
from collections.abc import Iterator

from harness.domain.generation import Generation
from harness.history.account import Account
from harness.history.lot import Key, Lot

#: Accounts without open lots that are remembered, of all devices together. Units of an
#: older one that come again pass for units that nobody performed.
MOST_CLOSED = 20_000


class Shelf:
    """
    Where the accounts of one device stand, whoever looks after them.

    Attributes:
        forgotten_performed, forgotten_stored: Units of accounts that are not remembered.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.accounts: dict[Key, Account] = {}
        self.forgotten_performed = 0
        self.forgotten_stored = 0

    def forget(self, key: Key) -> None:
        """Only add up what a closed account held."""
        account = self.accounts.get(key)
        if account is not None and not account.lots:
            del self.accounts[key]
            self.forgotten_performed += account.performed_units
            self.forgotten_stored += account.accepted_units


class Archive:
    """Which accounts were closed, of all devices, in that order; old ones are forgotten."""

    def __init__(self, most: int | None = MOST_CLOSED) -> None:
        """Remember at most *most* closed accounts; ``None``: all of them."""
        self._most = most
        self._closed: deque[tuple[Shelf, Key]] = deque()

    def note(self, shelf: Shelf, key: Key) -> None:
        """An account was closed."""
        if self._most is None:
            return
        self._closed.append((shelf, key))
        if len(self._closed) > self._most:
            oldest, its_key = self._closed.popleft()
            oldest.forget(its_key)


class Accounts:
    """The accounts of one device."""

    def __init__(self, generation: Generation, archive: Archive) -> None:
        """Begin without any; the *archive* says which are forgotten."""
        self._generation = generation
        self._archive = archive
        self._shelf = Shelf()
        self._all = self._shelf.accounts
        #: Those with open lots, by their number.
        self._open: dict[int, Account] = {}
        self._opened = 0
        self._is_in_order = True

    @property
    def forgotten_performed(self) -> int:
        """Units that were performed, of accounts that are not remembered."""
        return self._shelf.forgotten_performed

    @property
    def forgotten_stored(self) -> int:
        """Units that were stored, of accounts that are not remembered."""
        return self._shelf.forgotten_stored

    def __iter__(self) -> Iterator[Account]:
        """All that are remembered."""
        return iter(self._all.values())

    def lots(self) -> Iterator[Lot]:
        """All lots that are not accepted yet, by the age of their accounts."""
        if not self._is_in_order:
            self._open = dict(sorted(self._open.items()))
            self._is_in_order = True
        for account in self._open.values():
            yield from account.lots

    def of(self, key: Key) -> Account:
        """Return the account of *key*, opening it if need be."""
        found = self._all.get(key)
        if found is None:
            self._opened += 1
            other_side = self._generation.other_side(key.slot)
            found = self._all[key] = Account(key, other_side, self._opened)
            self._open[found.number] = found
        return found

    def file(self, account: Account) -> None:
        """Put *account* where it belongs, now that its lots have changed."""
        number = account.number
        if account.lots:
            if number not in self._open:
                self._open[number] = account
                self._is_in_order = False
        elif self._open.pop(number, None) is not None:
            self._archive.note(self._shelf, account.key)

    def take(self, code: str) -> list[Account]:
        """Take out all accounts under the handshake code *code*, the oldest first."""
        taken = [account for account in self if account.key.code == code]
        for account in taken:
            del self._all[account.key]
            self._open.pop(account.number, None)
        return taken

    def wipe(self) -> None:
        """What is open is gone with the cache."""
        for account in list(self._open.values()):
            account.clear()
            self.file(account)
