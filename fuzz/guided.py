"""
One target, fuzzed by coverage: ``python -m fuzz.guided TARGET [option of libFuzzer...]``.

It needs atheris, which is no part of the ordinary environment: ``make fuzz`` brings it.
"""

import sys

import atheris

with atheris.instrument_imports(include=["fuzz", "harness", "mock_server", "jmespath"]):
    from fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until an option says that it is enough, or something fails."""
    program, name, *options = sys.argv
    atheris.Setup([program, *options], TARGETS[name].feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
