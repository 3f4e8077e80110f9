"""
Every parser that meets bytes of others, fuzzed.

``python -m fuzz [--seconds N] [TARGET...]``

Each target has *N* seconds in a process of its own, which may take 20 seconds for one
input and 2 GB of memory. What fails is left in ``dlscheck-out/fuzz``, and the exit code
is 1 then.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fuzz.mutation import LARGE, WORDS
from fuzz.target import Target
from fuzz.targets import TARGETS

_OUT = Path("dlscheck-out/fuzz")
_LONGEST_BYTES = 80_000
_MOST_SECONDS, _MOST_MB = 20, 2048
#: For starting and ending, which take long where many others work.
_ENDING_SECONDS = 300
_FIGURE = re.compile(r"^stat::(\w+):\s+(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """What became of one target; *told*: the end of what a failing one wrote."""

    runs: int
    peak_mb: int
    told: str

    @property
    def is_good(self) -> bool:
        """Whether nothing failed."""
        return not self.told


def fuzzed(target: Target, seconds: int) -> Result:
    """Fuzz *target* for so many *seconds*."""
    _OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dlscheck-fuzz-") as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, seed in enumerate((*target.seeds, *LARGE)):
            Path(corpus, str(number)).write_bytes(seed)
        words = Path(folder, "words")
        words.write_text("".join(map(_entry, WORDS)))
        return _run(target.name, seconds, corpus, words)


def _entry(word: bytes) -> str:
    """Return *word* as a line of a dictionary of libFuzzer's."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


def _run(name: str, seconds: int, corpus: Path, words: Path) -> Result:
    options = (
        f"-max_total_time={seconds}",
        f"-timeout={_MOST_SECONDS}",
        f"-rss_limit_mb={_MOST_MB}",
        f"-max_len={_LONGEST_BYTES}",
        f"-dict={words}",
        f"-artifact_prefix={_OUT}/{name}-",
        "-print_final_stats=1",
        str(corpus),
    )
    command = [sys.executable, "-m", "fuzz.guided", name, *options]
    try:
        ended = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds + _ENDING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return Result(0, 0, f"did not end: {(error.output or b'')[-2000:]!r}")
    text = ended.stdout.decode(errors="replace")
    figures = {key: int(value) for key, value in _FIGURE.findall(text)}
    runs = figures.get("number_of_executed_units", 0)
    is_good = ended.returncode == 0 and runs > 0
    return Result(runs, figures.get("peak_rss_mb", 0), "" if is_good else text[-4000:])


def main() -> int:
    """Fuzz what is named, or all, and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    given = parser.parse_args()
    unknown = [name for name in given.targets if name not in TARGETS]
    if unknown:
        parser.error(f"unknown target {unknown[0]!r}; known: {', '.join(TARGETS)}")
    results = {}
    for name in given.targets or TARGETS:
        result = results[name] = fuzzed(TARGETS[name], given.seconds)
        word = "sound" if result.is_good else "FAILED"
        print(f"{name:10} {result.runs:>9} runs {result.peak_mb:>5} MB  {word}", flush=True)
        if result.told:
            print(result.told, flush=True)
    failed = [name for name, result in results.items() if not result.is_good]
    runs = sum(result.runs for result in results.values())
    print(f"{len(results)} targets, {runs} runs, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
