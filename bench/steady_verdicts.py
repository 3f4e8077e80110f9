"""
Are the verdicts the same in run after run, while every core is busy with something else?

``python -m bench.steady_verdicts [SDK.yaml] [--runs 20] [--generation dls] [--clock MODE]
[-k EXPRESSION]`` plays the whole suite so often, or the cases that *EXPRESSION* selects,
and ends with 1 where two runs differ.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_COMMAND = Path(sys.executable).parent / "dlscheck"
_BUSY = "while True: pass"


def main() -> int:
    """Run, print how many different outcomes there were, and return the exit code."""
    arguments = _arguments()
    seen: Counter[str] = Counter()
    with busy_cores():
        for number in range(1, arguments.runs + 1):
            began = time.monotonic()
            seen[_outcome(_command(arguments))] += 1
            spent = time.monotonic() - began
            print(f"run {number}: {spent:.1f} s, {len(seen)} different so far", flush=True)
    print(f"{arguments.runs} runs, {len(seen)} different")
    if len(seen) > 1:
        _print_difference(*list(seen)[:2])
    return int(len(seen) > 1)


@contextmanager
def busy_cores() -> Iterator[None]:
    """Keep every core busy for as long as this lasts."""
    burners = [
        subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sdk", nargs="?", default="sdks/node/sdk.yaml")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--generation", default="dls")
    parser.add_argument("--clock", help="the clock mode; by default as the SDK's file says")
    parser.add_argument("-k", dest="select", help="which cases, by their names")
    return parser.parse_args()


def _command(arguments: argparse.Namespace) -> list[str]:
    command = [str(_COMMAND), "run", arguments.sdk, "--generation", arguments.generation]
    if arguments.clock:
        command += ["--clock", arguments.clock]
    if arguments.select:
        command += ["-k", arguments.select, "--allow-incomplete"]
    return command


def _outcome(command: list[str]) -> str:
    """Play the suite; return everything that must not depend on the weather, as text."""
    with tempfile.TemporaryDirectory() as out:
        told = Path(out) / "results.json"
        ended = subprocess.run([*command, "--out", out], check=False, capture_output=True)
        if not told.exists():
            raise SystemExit(ended.stderr.decode(errors="replace"))
        results = json.loads(told.read_text(encoding="utf-8"))
    return json.dumps(_steady_part(results), indent=1)


def _steady_part(results: dict[str, Any]) -> dict[str, Any]:
    cases = sorted(results["cases"], key=lambda case: str(case["id"]))
    return {
        "exit": results["exit"],
        "ledger": results["ledger"],
        "rules": [
            [rule["id"], rule["verdict"], rule["exposures"], len(rule["findings"])]
            for rule in results["rules"]
        ],
        "cases": [
            [case["id"], case["outcome"], case["violated"], sorted(case["exercised"])]
            for case in cases
        ],
    }


def _print_difference(one: str, other: str) -> None:
    for left, right in zip(one.splitlines(), other.splitlines(), strict=False):
        if left != right:
            print(f"{left.strip()} | {right.strip()}")


if __name__ == "__main__":
    sys.exit(main())
