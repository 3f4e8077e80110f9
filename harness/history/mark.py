"""
Marks: what is out of the ordinary about units, or about a submission, as bits of a number.

Most submissions have none. A rule that is about one of these says so (`Rule.about`), and
hears of no other submission.
"""

#: Done at a multiple of 180 s.
BOUNDARY = 1 << 0
#: Done in a time zone that the application had set.
TIME_ZONE = 1 << 1
#: Done after the user had set the device's clock.
CLOCK_SET = 1 << 2
#: Done while no server could be reached.
OFFLINE = 1 << 3
#: Done or due while just one of two servers was down.
OUTAGE = 1 << 4
#: Done in an earlier session than the one that submits it.
LEFT_OVER = 1 << 5
#: Failed in an earlier session.
RESENT = 1 << 6
#: Stored in an earlier session, the answer lost.
STORED = 1 << 7
#: Submitted in this session already, or perhaps.
RETRIED = 1 << 8
#: Carries a handshake code that is not the session's.
OTHER_CODE = 1 << 9
#: Not accepted.
REJECTED = 1 << 10
#: Made after a submission of this session had failed.
AFTER_FAILURE = 1 << 11
#: Carries no usage that could be read.
EMPTY = 1 << 12
#: Made by a device that no server has authorised.
UNGRANTED = 1 << 13
#: Made by a session that has no grant of its own (yet).
NO_GRANT = 1 << 14
#: Carries nothing that was done in its own session.
NO_NEWS = 1 << 15
#: Made by a session that was told of two servers.
TWO_SERVERS = 1 << 16
#: Carries a slot that began days before.
OLD = 1 << 17
