"""Play the kill matrix: ``python -m sdks.kill_matrix [--write] [NAME…]``."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from harness.suite.killers import KILLERS
from sdks.kill_matrix.matrix import Matrix
from sdks.kill_matrix.page import figures, render_killers, render_page
from sdks.kill_matrix.plan import Appointment, plan
from sdks.kill_matrix.specimen import load_specimens
from sdks.kill_matrix.trial import Trial, attempt

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/kill-matrix.md"


def main() -> int:
    """Play, print the figures, and return the exit code: 1 where something is wrong."""
    arguments = _arguments()
    specimens = [
        one for one in load_specimens() if not arguments.name or one.name in arguments.name
    ]
    began = time.monotonic()
    everything = arguments.all or bool(arguments.name)
    appointments = list(plan(specimens, everything=everything))
    matrix = Matrix(tuple(_played(appointments, arguments.processes)))
    _print_wrongs(matrix)
    if not arguments.name:
        _print_figures(matrix)
    print(f"{len(matrix.trials)} trials in {time.monotonic() - began:.0f} s")
    if arguments.name:
        return int(bool(matrix.survivors or matrix.strays or matrix.false_alarms))
    written = {PAGE: render_page(matrix), KILLERS: render_killers(matrix)}
    is_told = [_is_told(path, text, arguments.write) for path, text in written.items()]
    return int(not (matrix.is_sound and all(is_told)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sdks.kill_matrix", description=__doc__)
    parser.add_argument("name", nargs="*", help="play these variants only")
    parser.add_argument("--all", action="store_true", help="leave nothing out: slow")
    parser.add_argument("--write", action="store_true", help="write down what was found")
    parser.add_argument("-n", "--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _played(appointments: list[Appointment], processes: int) -> Iterator[Trial]:
    """Play them all, what takes longest first; yield what came of each, in their order."""
    by_length = sorted(appointments, key=lambda one: one.specimen.kind)
    with ProcessPoolExecutor(processes) as pool:
        waiting = {one: pool.submit(attempt, *one) for one in by_length}
        for done, _ in enumerate(as_completed(waiting.values()), start=1):
            print(f"\r{done} of {len(waiting)} trials", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        yield from (waiting[one].result() for one in appointments)


def _print_wrongs(matrix: Matrix) -> None:
    for trial in matrix.survivors:
        meant, found = trial.specimen.breaks[0], ", ".join(sorted(trial.condemned))
        print(
            f"SURVIVOR {_name(trial)}: expected {meant} to condemn it, got {found or '-'}"
        )
    for trial, rule in matrix.strays:
        _, case = trial.condemned[rule]
        print(f"STRAY {_name(trial)}: {rule} condemns it in {case}")
    for trial in matrix.false_alarms:
        for rule in sorted(trial.binding):
            _, case = trial.condemned[rule]
            print(f"FALSE ALARM {_name(trial)}: {rule} condemns it in {case}")
    for trial in matrix.trials:
        for crash in trial.crashes:
            print(f"CRASH {_name(trial)}: {crash}")
    for trial, rule in matrix.unexplained:
        print(f"UNEXPLAINED {_name(trial)}: a finding of {rule} lacks who or where")
    for trial in matrix.by_accident:
        meant = trial.specimen.breaks[0]
        print(f"BY ACCIDENT {_name(trial)}: no case that names {meant} gives it away")


def _print_figures(matrix: Matrix) -> None:
    for rule, generation in matrix.without_killer:
        print(f"NO KILLER {rule} ({generation.upper()})")
    for label, figure in figures(matrix):
        print(f"{label:<42}{figure:>12}")


def _name(trial: Trial) -> str:
    return f"{trial.specimen.name} ({trial.generation.upper()})"


def _is_told(path: Path, text: str, is_to_be_written: bool) -> bool:
    if is_to_be_written:
        path.write_text(text, encoding="utf-8")
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return True
    print(f"OUT OF DATE {path.relative_to(ROOT)}: write it anew with --write")
    return False


if __name__ == "__main__":
    sys.exit(main())
