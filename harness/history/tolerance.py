"""How far things may be from an instant, or from one another, and still count as on it."""

from datetime import timedelta

#: Requests that begin so close to one another are of one instant; a timer that fires so
#: much off its time is in time. Where instants are not exact, that comes on top.
TOLERANCE = timedelta(seconds=2)
#: By so much instants are off where they are exact.
EXACT = timedelta()
