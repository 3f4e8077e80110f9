"""Chance without dice: the same request is struck in every run."""

from hashlib import sha256

_HIGHEST = 2**64


def chance(seed: int, client: str, rule: str, ordinal: int) -> float:
    """
    Return a number from 0 (inclusive) to 1 (exclusive) that looks random.

    It depends on nothing but the *seed*, the *client*, the *rule* and which of that
    client's requests this is (*ordinal*, from 1, among those that the rule counts). So
    it is the same however the requests of several clients are interleaved.
    """
    text = "\0".join((str(seed), client, rule, str(ordinal)))
    return int.from_bytes(sha256(text.encode(errors="replace")).digest()[:8]) / _HIGHEST
