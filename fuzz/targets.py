"""All that is fuzzed, by name."""

from fuzz.captures import BUNDLE, HAR, MITM, RECORDED, RECORDINGS
from fuzz.documents import VALUES, YAML
from fuzz.messages import DRIVER, ENCODING, FAULT, WIRE
from fuzz.requests import ADMIN, HTTP

TARGETS = {
    target.name: target
    for target in (
        *(WIRE, DRIVER, FAULT, ENCODING),
        *(HAR, MITM, RECORDED, RECORDINGS, BUNDLE),
        *(YAML, VALUES),
        *(ADMIN, HTTP),
    )
}
