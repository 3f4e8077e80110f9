"""Who has to be looked at when: sessions in the order in which something of them is due."""

import heapq
from datetime import UTC, datetime

from harness.history.duties import next_due
from harness.history.session import Session

_NEVER = datetime.max.replace(tzinfo=UTC)


class Watch:
    """
    Tells which sessions are due, without looking at the others.

    Attributes:
        due_at: When the first of them is due.
    """

    def __init__(self) -> None:
        """Watch nobody."""
        self.due_at = _NEVER
        self._waiting: list[tuple[datetime, int, Session]] = []
        self._count = 0

    def set(self, session: Session) -> None:
        """Watch *session*, as it is now; whatever it was watched for before is void."""
        due = next_due(session)
        if due == session.wake_at:
            return
        session.wake_at = due
        if due is not None:
            self._count += 1
            heapq.heappush(self._waiting, (due, self._count, session))
            self.due_at = self._waiting[0][0]

    def take(self, now: datetime) -> list[Session]:
        """Return the sessions of which something is due at *now*; to be set anew."""
        taken = []
        while self._waiting and self._waiting[0][0] <= now:
            due, _, session = heapq.heappop(self._waiting)
            if session.wake_at == due and not session.is_over:
                session.wake_at = None
                taken.append(session)
        self.due_at = self._waiting[0][0] if self._waiting else _NEVER
        return taken
