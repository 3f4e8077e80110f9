"""Which parts of a fault do not fit together."""

from datetime import UTC, datetime

import pytest

from mock_server import Fault, check_fault
from mock_server.faults import FaultPlan

LATER = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(do="reset", nth=0), "nth: expected 1 or more, got 0"),
        (Fault(do="reset", times=0), "times: expected 1 or more, or all, got 0"),
        (
            Fault(do="reset", status=500),
            "status: expected only with do: status, redirect, got do: reset",
        ),
        (Fault(do="status", status=200), "status: expected 400 to 599, got 200"),
        (
            Fault(do="close", hold="1s"),
            "hold: expected only with do: hang, process-late, answer-late, dribble, "
            "got do: close",
        ),
        (
            Fault(do="hang", hold="soon"),
            "expected a time span such as 90s, 3m, 2d or 1h30m, got 'soon'",
        ),
        (
            Fault(do="refuse", times="all"),
            "times: expected none with do: refuse, got all; it lasts until the end of "
            "the step, and for longer turn the server down",
        ),
        (
            Fault(do="refuse", client_uuid="u"),
            "clientUuid: expected none with do: refuse, which sees no request, got 'u'; "
            "name the device instead",
        ),
        (
            Fault(do="close-on-connect", every=2),
            "every: expected none with do: close-on-connect, got 2; it lasts until the "
            "end of the step, and for longer turn the server down",
        ),
        (Fault(do="reset", every=0), "every: expected 1 or more, got 0"),
        (Fault(do="reset", in_session=0), "inSession: expected 1 or more, got 0"),
        (Fault(do="reset", probability=1.5), "probability: expected 0 to 1, got 1.5"),
        (Fault(do="truncated", bytes=-1), "bytes: expected 0 or more, got -1"),
        (Fault(do="redirect", status=503), "status: expected 300 to 399, got 503"),
        (
            Fault(do="lose-answer", stored=True),
            "stored: expected only with do: reset, close, status, redirect, malformed, "
            "truncated-json, missing-fields, truncated, bad-chunk, garbage, hang, got "
            "do: lose-answer",
        ),
        (
            Fault(do="reset", since=LATER, until=LATER),
            "until: expected an instant after since, 2026-03-02 00:00:00+00:00, got "
            "2026-03-02 00:00:00+00:00",
        ),
    ],
)
def test_says_what_does_not_fit(fault, message) -> None:
    """A fault whose parts contradict each other is refused, and is not armed."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011  compared as a whole
        check_fault(fault)
    assert str(caught.value) == message
    with pytest.raises(ValueError):  # noqa: PT011  the same
        FaultPlan().arm(fault, datetime(2026, 3, 1, tzinfo=UTC))
