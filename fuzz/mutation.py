"""Bytes that are nearly what a parser reads, and what parsers have stumbled over."""

from hypothesis import strategies as st

#: What is short enough for a dictionary of a fuzzer.
WORDS = (
    *(b"null", b"true", b"NaN", b"Infinity", b"1e999", b"-0", b"-1", b"0.5", b"{}", b"[]"),
    *(
        b"18446744073709551616",
        b"9007199254740993",
        b"\\ud800",
        b"\\u0000",
        b"\x00",
        b"\xff",
    ),
    *(b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59Z", b"1970-01-01T00:00:00Z"),
    *(b"!!int ''", b"!!bool x", b"&a [*a]", b"<<: ", b"? [a]", b"1:30:59", b"%YAML 9.9\n"),
    *(
        b"-5:",
        b"999999999999:",
        b"0:~",
        b"..",
        b"%2e%2e/",
        b"%00",
        b"\r\n",
        b"\n",
        b"+",
        b"=",
    ),
    *(b"<script>", b"${x}", b"${jndi:x}", b"*", b",", b":", b'"', b"'", b"\\"),
)
#: What is large: deep nesting, long numbers, long texts.
LARGE = (
    *(
        b"[" * 3000,
        b'{"a":' * 3000,
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ),
    *(b"9" * 5000, b"1" + b":59" * 3000, b"0x" + b"f" * 5000, b"a" * 70_000, b'"' * 3000),
    *(b"4:" * 3000, b"-1:" * 40 + b"]" * 40, b"/auth" * 2000, b"\\" * 3000),
)
_MOST_CHANGES = 5


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Draw one of *seeds* in which pieces were replaced, removed or put in."""
    data = draw(st.sampled_from(seeds))
    pieces = st.one_of(
        st.sampled_from(WORDS), st.sampled_from(LARGE), st.binary(max_size=4), st.just(b"")
    )
    for _ in range(draw(st.integers(1, _MOST_CHANGES))):
        at = draw(st.integers(0, len(data)))
        end = at + draw(st.integers(0, 30))
        data = data[:at] + draw(pieces) + data[end:]
    return data


def hostile(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Return a strategy for bytes: mostly near one of *seeds*, sometimes of any kind."""
    near = mutated(seeds)
    return st.one_of(near, near, near, st.binary(max_size=200), st.sampled_from(LARGE))
