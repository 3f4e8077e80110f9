"""Which faulty SDKs showed that a rule can fail: written down by the kill matrix."""

from pathlib import Path

import msgspec

#: By rule, the names of faulty SDKs that it caught, each with what is wrong with it.
KILLERS = Path(__file__).with_name("killers.json")

type Killers = dict[str, dict[str, str]]


def load_killers() -> Killers:
    """Read what the kill matrix has written."""
    return msgspec.json.decode(KILLERS.read_bytes(), type=dict[str, dict[str, str]])
