"""Short stories in which something seldom happens: that is when a subtle defect shows."""

from collections.abc import Callable
from datetime import UTC, datetime

from device import EIGHT
from licence_server import RESET, refusal
from stories import DAY, Stage

LONG_CODE = "200001-Größe-" + 8 * "0123456789"


def seconds_to(moment: datetime) -> float:
    """Seconds from eight o'clock on."""
    return (moment - EIGHT).total_seconds()


def fails_with(*steps: str | int) -> Callable[[Stage], None]:
    """Submissions in a row go wrong, and the session goes on for an hour."""

    def story(stage: Stage) -> None:
        device = stage.device()
        device.start(30)
        device.operate(40)
        device.operate(190)
        stage.main.script.extend(steps)
        device.advance(210)
        for seconds in (300, 500, 700, 3000):
            device.operate(seconds)
        device.advance(3600)
        device.stop()
        device.start(3700)
        device.advance(4200)

    return story


def refused_later(code: int) -> Callable[[Stage], None]:
    """A grant, a refusal, a grant."""

    def story(stage: Stage) -> None:
        device = stage.device()
        device.start(0)
        device.stop()
        stage.main.authorisation_script.append(refusal(code))
        device.start(100)
        device.stop()
        device.start(200)

    return story


def busy(stage: Stage) -> None:
    """The first start finds a server that is busy, the second one that talks nonsense."""
    device = stage.device()
    stage.main.authorisation_script.extend([refusal(100)] * 6)
    device.start(0)
    stage.main.authorisation_script.clear()
    stage.main.authorisation_script.append({"weather": "fine"})
    device.start(10)


def odd_code(stage: Stage) -> None:
    """The handshake code is long, and not in ASCII."""
    stage.device().start(0, handshakeCode=LONG_CODE)


def two_passwords(stage: Stage) -> None:
    """The session password is changed."""
    device = stage.device()
    device.start(0, sessionPassword="first")
    device.start(10, sessionPassword="second")


def two_devices_again(stage: Stage) -> None:
    """Two devices come back when their licences have ended."""
    devices = [stage.device(), stage.device()]
    for seconds in (0, 9 * DAY):
        for device in devices:
            device.start(seconds)
            device.stop()


def odd_days(stage: Stage) -> None:
    """The end of a slot, of a day, of a February, and of the 32-bit seconds."""
    device = stage.device()
    for moment in (
        datetime(2026, 3, 1, 8, 2, 59, 800_000, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
        datetime(2038, 1, 19, 12, tzinfo=UTC),
    ):
        seconds = seconds_to(moment)
        device.start(seconds - 60)
        device.operate(seconds)
        device.advance(seconds + 600)
        device.stop()


def in_berlin(stage: Stage) -> None:
    """A winter's day in a zone that has a summer time."""
    device = stage.device()
    device.start(0, timeZone="Europe/Berlin")
    device.operate(10)
    device.advance(400)


def many_results(stage: Stage) -> None:
    """One operation with a thousand results, and one of a third type."""
    device = stage.device()
    device.start(0)
    device.operate(10, count=1000)
    device.operate(20, "PDF417")
    device.advance(400)


def long_journal(stage: Stage) -> None:
    """Much is counted, and the process starts again."""
    device = stage.device()
    device.start(30)
    for number in range(60):
        device.operate(30 + number * 13)
    device.start(800)
    device.advance(1300)


def two_codes_in_slot(stage: Stage) -> None:
    """The handshake code is changed within a slot."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    device.start(20, handshakeCode="other")
    device.operate(30)
    device.advance(400)


def overnight(stage: Stage) -> None:
    """What is left over in the evening goes out in the morning."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    device.stop()
    device.start(DAY)


def long_offline(stage: Stage) -> None:
    """Four slots on the local licence."""
    device = stage.device()
    device.start(0)
    stage.main.authorisation_script.append(RESET)
    stage.main.script.extend([500] * 4)
    device.start(100)
    for slot in range(4):
        device.operate(slot * 180 + 110)
    device.advance(1000)
    device.start(1100)


def on_last_day(stage: Stage) -> None:
    """The local licence has ended two hours ago."""
    device = stage.device()
    stage.main.grant["validUntil"] = "2026-03-08T10:00:00.000Z"
    device.start(0)
    device.stop()
    stage.main.authorisation_script.append(RESET)
    device.start(7 * DAY + 4 * 3600)


def before_camera(stage: Stage) -> None:
    """A symbol that does not go away, and another one with the same text."""
    device = stage.device()
    device.start(0)
    for seconds in (1, 3.5, 6, 10):
        device.operate(seconds, content="a")
    device.operate(11, "CODE_128", content="a")
    device.advance(400)


def organization(stage: Stage) -> None:
    """Only an organization is configured."""
    device = stage.device()
    device.configuration = {"organizationId": "200001"}
    device.start(0)
    device.operate(10)
    device.advance(400)


def many_failures(stage: Stage) -> None:
    """An hour of failures, and two sessions that fail as well."""
    device = stage.device()
    stage.main.script.extend([500] * 100)
    device.start(0)
    for slot in range(20):
        device.operate(slot * 180 + 10)
    device.advance(4000)
    for seconds in (4100, 4200):
        device.start(seconds)
    stage.main.script.clear()
    device.start(4300)
    device.advance(4700)


def killed_after_tick(stage: Stage) -> None:
    """A tick fails, the next one succeeds, and the process is killed."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    stage.main.script.append(500)
    device.operate(190)
    device.advance(361)
    device.kill()
    device.start(400)


def many_units(stage: Stage) -> None:
    """Sixty units in a slot."""
    device = stage.device()
    device.start(0)
    device.operate(10, count=60)
    device.advance(400)


def long_day(stage: Stage) -> None:
    """Eight idle hours, and then some work."""
    device = stage.device()
    device.start(0)
    device.advance(8 * 3600)
    device.operate(8 * 3600 + 10)
    device.advance(8 * 3600 + 400)


def old_and_young(stage: Stage) -> None:
    """One report fails on day 0 and day 20; another one is of day 20; then comes day 40."""
    device = stage.device()
    stage.main.script.extend([500] * 4)
    device.start(0)
    device.operate(10)
    device.advance(200)
    device.start(20 * DAY)
    device.operate(20 * DAY + 10)
    device.stop()
    stage.main.script.clear()
    device.start(40 * DAY)


def moved_with_usage(stage: Stage) -> None:
    """The server is another one when the usage goes out."""
    device = stage.device()
    device.start(0)
    device.operate(10)
    device.stop()
    device.servers = [stage.standby.url]
    device.start(400)


def long_paths(stage: Stage) -> None:
    """Both servers have paths, and the main one does not answer."""
    device = stage.device()
    device.servers = [f"{url}/licences/eu" for url in stage.pair]
    stage.main.authorisation_script.append(RESET)
    device.start(0)
