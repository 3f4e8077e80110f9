"""Claims about blames."""

import pickle

from harness.drivers.driver import Blame, DriverFault

BLAME = Blame(
    driver="acme",
    method="start",
    place="line 3 of its output",
    expected="authorized: true or false",
    got="'yes'",
    way_out="mend it",
    log="one\ntwo\n",
)


def test_text():
    """A blame is one text with all that helps to mend the driver."""
    assert str(DriverFault(BLAME)) == (
        "driver 'acme' broke its contract in start, line 3 of its output\n"
        "  expected  authorized: true or false\n"
        "  got       'yes'\n"
        "  way out   mend it\n"
        "  its standard error, last lines:\n"
        "    | one\n"
        "    | two"
    )


def test_pickled():
    """A fault goes from one process to another as it is."""
    assert pickle.loads(pickle.dumps(DriverFault(BLAME))).blame == BLAME
