"""Operations: what the SDK owes for each."""

from datetime import datetime, timedelta

from harness.domain.recording import OperationCalled
from harness.history.device import Device
from harness.history.duties import add_duty
from harness.history.lot import Key, Lot
from harness.history.session import Session
from harness.history.work import Work

#: Within this time the same content is one and the same object before the camera.
_SAME_OBJECT = timedelta(seconds=3)


def enter(
    device: Device,
    session: Session | None,
    entry: int,
    event: OperationCalled,
    down: frozenset[str],
) -> Work:
    """Enter what *event* yields into the ledger of *device*."""
    now = device.time(event.at)
    is_duplicate = device.suppresses_duplicates and _is_repeat(device, event, now)
    if session is None or session.code is None or not event.count:
        return Work(session, event, entry, None, is_duplicate)
    key = Key(session.code, device.generation.slot_of(now), event.type)
    account, lot = device.account(key), None
    if is_duplicate:
        account.add_duplicate(event.count, entry)
    elif not event.success:
        account.add_unsuccessful(event.count, entry)
    else:
        lot = _lot(session, key, entry, event, down)
        account.add(lot)
        _owe(device, session, lot)
    return Work(session, event, entry, lot, is_duplicate)


def _lot(
    session: Session, key: Key, entry: int, event: OperationCalled, down: frozenset[str]
) -> Lot:
    device = session.device
    servers = len(session.configuration.servers)
    return Lot(
        key=key,
        units=event.count,
        at=event.at,
        entry=entry,
        session=session.number,
        client_uuids=session.client_uuids,
        owed=session.is_licensed,
        is_boundary=device.generation.is_boundary(device.time(event.at)),
        is_of_outage=len(down) == 1 and session.has_two_servers,
        is_offline=len(down) == servers or session.is_offline,
        time_zone=session.configuration.time_zone,
        clock_was_set=device.clock_was_set,
    )


def _owe(device: Device, session: Session, lot: Lot) -> None:
    """Only what was done under a licence has to be submitted."""
    if lot.owed:
        device.account(lot.key).performed_units += lot.units
        add_duty(session, lot)


def withdraw(device: Device, lot: Lot) -> None:
    """The SDK has refused to work: nothing is owed for it."""
    if lot.owed:
        device.account(lot.key).performed_units -= lot.units
    lot.owed = False


def _is_repeat(device: Device, event: OperationCalled, now: datetime) -> bool:
    """Tell whether the same was decoded less than 3 s ago; each repeat begins them anew."""
    if event.content is None or not event.success:
        return False
    seen = device.contents.get((event.type, event.content))
    device.contents[event.type, event.content] = now
    return seen is not None and timedelta() <= now - seen < _SAME_OBJECT
