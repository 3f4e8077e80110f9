"""A SIGKILL at any moment loses nothing, invents nothing and leaves the cache in order."""

import random
import time
from collections import Counter

from device import Device, at, render
from licence_server import HOLD, LOSE, LicenceServer

ROUNDS = 40
SEED = 20260301


class Story:
    """What was done to the device: confirmed units, and those whose answer nobody saw."""

    def __init__(self, device: Device, server: LicenceServer) -> None:
        self.device = device
        self.server = server
        self.dice = random.Random(SEED)
        self.seconds = 0
        self.confirmed: Counter[int] = Counter()
        self.in_flight: Counter[int] = Counter()

    def session(self) -> None:
        """One session with a kill at its end."""
        self.server.held.clear()
        self.server.script.extend(self.dice.choices([200, 500, LOSE], k=4))
        self.seconds += self.dice.randrange(1, 90)
        ending = self.dice.choice(
            [self.kill_in_start, self.kill_in_operation, self.kill_in_tick]
        )
        if ending != self.kill_in_start:
            self.device.start(self.seconds)
            for _ in range(self.dice.randrange(8)):
                self.operate()
        ending()
        self.server.script.clear()

    def operate(self) -> None:
        """One operation, with its answer."""
        self.seconds += self.dice.randrange(60)
        assert self.device.operate(self.seconds)["performed"]
        self.confirmed[self.seconds // 180] += 1

    def kill_in_start(self) -> None:
        """The kill comes at some moment of the process's first breath."""
        place = {"cacheDir": str(self.device.cache_dir), "servers": self.device.servers}
        setting = {**place, **self.device.configuration}
        self.device.send("start", now=render(at(self.seconds)), **setting)
        time.sleep(self.dice.random() * 0.15)
        self.device.kill()

    def kill_in_operation(self) -> None:
        """The kill comes while operations are on their way through stdin."""
        for _ in range(20):
            operation = {"kind": "decode", "type": "QR_CODE", "count": 1, "success": True}
            self.device.send("operate", now=render(at(self.seconds)), **operation)
            self.in_flight[self.seconds // 180] += 1
        time.sleep(self.dice.random() * 0.003)
        self.device.kill()

    def kill_in_tick(self) -> None:
        """The kill comes while the server holds the request of a tick."""
        self.operate()
        self.server.script.clear()
        self.server.script.append(HOLD)
        self.seconds += 400
        self.device.send("advance", to=render(at(self.seconds)))
        assert self.server.held.wait(10)
        self.device.kill()


def test_kill_at_any_moment(device: Device, server: LicenceServer) -> None:
    """Many kills over one cache: one UUID, every confirmed unit stored, none invented."""
    story = Story(device, server)
    for _ in range(ROUNDS):
        story.session()
    device.start(story.seconds + 400)
    device.advance(story.seconds + 1200)

    assert len({request["clientUuid"] for request in server.authorisations()}) == 1
    stored: dict[str, int] = {}
    for report in server.stored:
        count = report["usage"][0]["count"]
        assert stored.setdefault(report["timeLabel"], count) == count, (
            "a redelivery differs"
        )
    by_slot = {
        render(at(slot * 180))[:19] + "Z": slot
        for slot in story.confirmed | story.in_flight
    }
    assert set(stored) <= set(by_slot)
    for label, slot in by_slot.items():
        least = story.confirmed[slot]
        assert least <= stored.get(label, 0) <= least + story.in_flight[slot], label
