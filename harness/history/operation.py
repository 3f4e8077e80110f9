"""Operations: what the SDK owes for each."""

from harness.domain.recording import OperationCalled
from harness.history import mark
from harness.history.device import Device
from harness.history.duties import add_duty
from harness.history.lot import Key, Lot
from harness.history.session import Session
from harness.history.work import Work


def enter(
    device: Device,
    session: Session | None,
    entry: int,
    event: OperationCalled,
    down: frozenset[str],
) -> Work:
    """Enter what *event* yields into the ledger of *device*."""
    now = device.time(event.at)
    is_duplicate = (
        device.suppresses_duplicates
        and event.success
        and event.content is not None
        and device.is_repeat(event.type, event.content, now)
    )
    code = session.code if session else None
    if session is None or code is None or not event.count:
        return Work(session, event, entry, None, is_duplicate)
    key = device.keys.at(now, code, event.type)
    account, lot = device.accounts.of(key), None
    if is_duplicate:
        account.add_duplicate(event.count, entry)
    elif not event.success:
        account.add_unsuccessful(event.count, entry)
    else:
        is_boundary = device.keys.is_boundary(now)
        lot = _lot(session, key, entry, event, _marks(session, down, is_boundary))
        account.add(lot)
        if lot.owed:
            account.performed_units += lot.units
            add_duty(session, lot)
    if lot is None or lot is account.lots[0]:
        device.accounts.file(account)
    return Work(session, event, entry, lot, is_duplicate)


def _lot(session: Session, key: Key, entry: int, event: OperationCalled, marks: int) -> Lot:
    return Lot(
        key,
        event.count,
        event.at,
        entry,
        session.number,
        session.client_uuids,
        marks,
        session.is_licensed,
    )


def _marks(session: Session, down: frozenset[str], is_boundary: bool) -> int:
    """Say what is out of the ordinary about what is done in *session* now."""
    if session.marks is None or session.marks[0] is not down:
        session.marks = (down, _marks_of(session, down))
    marks = session.marks[1]
    return marks | mark.BOUNDARY if is_boundary else marks


def _marks_of(session: Session, down: frozenset[str]) -> int:
    """Say what is out of the ordinary in *session* while the servers *down* are down."""
    marks = 0
    if session.configuration.time_zone is not None:
        marks |= mark.TIME_ZONE
    if session.device.clock_was_set:
        marks |= mark.CLOCK_SET
    if len(down) == len(session.configuration.servers) or session.is_offline:
        marks |= mark.OFFLINE
    if len(down) == 1 and session.has_two_servers:
        marks |= mark.OUTAGE
    return marks


def withdraw(device: Device, lot: Lot) -> None:
    """The SDK has refused to work: nothing is owed for it."""
    if lot.owed:
        device.account(lot.key).performed_units -= lot.units
    lot.owed = False
