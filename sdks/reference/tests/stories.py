"""Short stories of a device. What can be seen of one from outside tells the SDKs apart."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from device import Device
from licence_server import LOSE, RESET, LicenceServer, refusal

DAY = 86_400


class Stage:
    """Two servers, any number of devices, and all that was said by either side."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.main = LicenceServer()
        self.standby = LicenceServer()
        self.pair = [self.main.url, self.standby.url]
        self._folder = folder
        self._environment = environment
        self._devices: list[Device] = []
        self._log: list[tuple[object, object]] = []
        self.main.log = self.standby.log = self._log

    def device(self) -> Device:
        """A further device, which knows the main server."""
        place = self._folder / f"device-{len(self._devices)}"
        device = Device(place, [self.main.url], **self._environment)
        device.log = self._log
        self._devices.append(device)
        return device

    def close(self) -> None:
        """End everything."""
        for device in self._devices:
            device.kill()
        self.main.close()
        self.standby.close()

    def seen(self) -> str:
        """All that was answered and asked, in order, with the UUIDs numbered."""
        names: dict[object, str] = {id(self.main): "main", id(self.standby): "standby"}
        text = repr([(names.get(who, who), what) for who, what in self._log])
        for number, client_uuid in enumerate(self._client_uuids()):
            text = text.replace(client_uuid, f"<uuid {number}>")
        return text

    def usage(self) -> Counter[tuple[str, str]]:
        """Units by label and type; a redelivery after a lost answer counts once."""
        portions = Counter(_portions(self.main.stored + self.standby.stored))
        for portion, lost in Counter(_portions(self.main.lost)).items():
            portions[portion] -= min(lost, portions[portion] - lost)
        units: Counter[tuple[str, str]] = Counter()
        for (label, usage_type, count), times in portions.items():
            units[label, usage_type] += count * times
        return +units

    def _client_uuids(self) -> list[str]:
        found: dict[str, None] = {}
        for server in (self.main, self.standby):
            for _, _, body in server.requests:
                for message in [body, *body.get("reports", [])]:
                    found[message.get("clientUuid") or "no UUID"] = None
        return list(found)


def _portions(reports: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(r["timeLabel"], e["type"], e["count"]) for r in reports for e in r["usage"]]


def plain(stage: Stage) -> None:
    """Two sessions, several slots, two types, a failed operation, one on the boundary."""
    device = stage.device()
    device.start(30)
    device.operate(40)
    device.operate(50, "CODE_128", count=2)
    device.operate(60, count=5, success=False, content="private")
    device.operate(190, content="private")
    device.operate(360)
    device.advance(1700)
    device.operate(1750)
    device.stop()
    device.start(2000)
    device.advance(2400)


def restart_in_slot(stage: Stage) -> None:
    """A stop and a start within one slot, with units on both sides."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    device.stop()
    device.start(20)
    device.operate(30)
    device.advance(400)


def backlog(stage: Stage) -> None:
    """Three slots that no session has submitted."""
    device = stage.device()
    for slot in range(3):
        device.start(slot * 180)
        device.operate(slot * 180 + 1)
        device.advance(slot * 180 + 179)
        device.stop()
        if slot < 2:
            stage.main.authorisation_script.append(RESET)
            stage.main.script.append(500)
    stage.main.script.clear()
    device.start(1000)
    device.advance(1400)


def unsent(stage: Stage) -> None:
    """Three slots are pending when the session ends: its ticks are still to come."""
    device = stage.device()
    device.start(170)
    for seconds in (175, 185, 349):
        device.operate(seconds)
    device.stop()
    device.start(1000)
    device.advance(1400)


def failed(stage: Stage) -> None:
    """A tick fails, later ones succeed; two sessions follow."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    stage.main.script.append(500)
    device.operate(190)
    for tick in range(2, 6):
        device.advance(180 * tick)
        device.operate(180 * tick + 10)
    device.stop()
    device.start(1210)
    device.advance(1300)
    device.stop()
    device.start(1310)
    device.advance(1900)


def lost_answer(stage: Stage) -> None:
    """A report is stored, but its answer is lost."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    stage.main.script.append(LOSE)
    device.advance(600)
    device.stop()
    device.start(610)
    device.advance(1000)


def killed(stage: Stage) -> None:
    """A kill with one closed slot and one open one pending."""
    device = stage.device()
    device.start(90)
    device.operate(100)
    device.operate(200)
    device.kill()
    device.start(600)
    device.advance(1000)


def refused(stage: Stage) -> None:
    """A refused start, after which the application tries to work."""
    device = stage.device()
    stage.main.authorisation_script.append(refusal(120))
    device.start(0)
    device.operate(10)
    device.advance(600)


def unreachable(stage: Stage) -> None:
    """A first start without a server."""
    device = stage.device()
    stage.main.authorisation_script.extend([RESET] * 10)
    device.start(0)
    device.operate(10)
    device.advance(600)


def offline(stage: Stage) -> None:
    """A session on the local licence, then one after its end, then one online."""
    device = stage.device()
    device.start(0)
    device.stop()
    stage.main.authorisation_script.append(RESET)
    device.start(DAY)
    device.operate(DAY + 10)
    device.advance(DAY + 600)
    device.stop()
    stage.main.authorisation_script.append(RESET)
    device.start(8 * DAY)
    device.operate(8 * DAY + 10)
    device.stop()
    device.start(9 * DAY)


def pair(stage: Stage) -> None:
    """The standby grants while the main server is away, and refuses while it is not."""
    device = stage.device()
    device.servers = stage.pair
    stage.main.authorisation_script.append(refusal(100))
    device.start(0)
    device.operate(10)
    device.advance(400)
    device.stop()
    stage.main.authorisation_script.append(RESET)
    stage.standby.authorisation_script.append(refusal(100))
    device.start(8 * DAY)


def main_is_gone(stage: Stage) -> None:
    """The main server goes down for good after it has granted."""
    device = stage.device()
    device.servers = stage.pair
    device.start(0)
    device.operate(10)
    stage.main.close()
    device.advance(400)
    device.stop()
    device.start(500)
    device.advance(900)


def moved(stage: Stage) -> None:
    """The application is configured for another server, under a path."""
    device = stage.device()
    device.start(0)
    device.stop()
    device.servers = [stage.standby.url + "/licensing"]
    device.start(100)
    device.operate(110)
    device.advance(400)


def protected(stage: Stage) -> None:
    """A session password is set."""
    stage.device().start(0, sessionPassword="secret")


def two_kinds(stage: Stage) -> None:
    """Product keys beside a handshake code."""
    device = stage.device()
    device.start(0, productKeys="t00...")
    device.operate(10)


def two_devices(stage: Stage) -> None:
    """Two devices with one licence."""
    for device in (stage.device(), stage.device()):
        device.start(0)
        device.operate(10)
        device.advance(400)


def wiped(stage: Stage) -> None:
    """The cache is removed between two sessions."""
    device = stage.device()
    device.start(0)
    device.stop()
    device.wipe()
    device.start(100)


def other_code(stage: Stage) -> None:
    """The application changes its handshake code while usage is pending."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    device.stop()
    device.start(400, handshakeCode="other")


def old_reports(days: int) -> Callable[[Stage], None]:
    """Usage is pending for so many days."""

    def story(stage: Stage) -> None:
        device = stage.device()
        device.start(0)
        device.operate(10)
        device.stop()
        device.start(days * DAY)
        device.advance(days * DAY + 400)

    return story


def many_reports(stage: Stage) -> None:
    """More reports are pending than a careless store has room for."""
    device = stage.device()
    device.start(0)
    stage.main.script.extend([500] * 1100)
    for slot in range(1100):
        device.operate(slot * 180)
    device.stop()
    stage.main.script.clear()
    device.start(1100 * 180)
