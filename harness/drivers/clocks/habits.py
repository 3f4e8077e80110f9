"""How the threads of drivers wait, as far as it was seen while time passed."""

from datetime import timedelta

_MICROSECOND = timedelta(microseconds=1)
#: Who looks oftener than this would do better to wait.
_OFTEN = timedelta(seconds=1)


class Habits:
    """Counts what happens from one instant to the next."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._passed_ns = 0
        self._instants = 0
        self._fewest = self._most = 0
        self._waits_for_ever = False

    def note_passing(self, ns: int) -> None:
        """*ns* went by at once, up to the next deadline or the end."""
        self._passed_ns += ns
        self._instants += 1

    def note_rest(self, threads: int, has_deadline: bool) -> None:
        """Nothing runs: so many threads wait, with a deadline among them or not."""
        self._fewest = min(threads, self._fewest or threads)
        self._most = max(threads, self._most)
        self._waits_for_ever = not has_deadline

    def __str__(self) -> str:
        """Return what was seen, in words; empty: nothing was."""
        if not self._instants:
            return ""
        passed = self._passed_ns // 1000 * _MICROSECOND
        told = [f"woke {self._instants} times in {passed}", self._threads()]
        if passed / self._instants < _OFTEN:
            told.append(
                "it looks at the clock over and over: exact, but every look takes real time"
            )
        if self._waits_for_ever:
            told.append(
                "no thread waits for an instant at the end, all wait without a time-out: "
                "nothing would be submitted by itself"
            )
        return "; ".join(told)

    def _threads(self) -> str:
        if self._most == self._fewest:
            return f"{self._most} threads throughout"
        return f"between {self._fewest} and {self._most} threads, begun while time passed"
