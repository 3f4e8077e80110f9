"""
Whether a capture in parts, judged by dask, says the same as the whole, judged here.

    .venv/bin/python bench/distributed_judge.py --exchanges 5000000 --devices 20000

A capture is generated and written twice, as one recording and in parts. The real command
judges it three times: whole, in parts, and in parts by dask. The results have to agree
byte by byte, but for the path of the recording and for times on the wall.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from distributed import LocalCluster

from bench.crowd import Crowd
from harness.capture.part_writer import PartWriter
from harness.capture.writing import CaptureWriter

_COMMAND = str(Path(sys.executable).parent / "dlscheck")
_WALL = ("started", "wallSeconds")
#: The exit codes of a judge that has done its work.
_JUDGED = (0, 1, 3)


def write(folder: Path, devices: int, exchanges: int, parts: int) -> tuple[Path, Path]:
    """Write a capture to *folder*, as one recording and in parts."""
    whole, divided = folder / "crowd.jsonl", folder / "crowd.parts"
    with CaptureWriter(whole) as one, PartWriter(divided, parts) as many:
        for event in Crowd(devices).events(exchanges):
            one.note(event)
            many.note(event)
    return whole, divided


def judge(recording: Path, *options: str) -> tuple[bytes, str]:
    """Judge a recording; return the results without times, and what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    ended = subprocess.run(
        [_COMMAND, "judge", str(recording), "--json", *options],
        check=False,
        capture_output=True,
    )
    took = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ended.returncode not in _JUDGED:
        raise RuntimeError(ended.stderr.decode(errors="replace"))
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = f"{took:7.1f} s, of which its own processes computed {processor:7.1f} s"
    return comparable(ended.stdout), told


def comparable(text: bytes) -> bytes:
    """Return results without what differs from run to run."""
    results: dict[str, Any] = json.loads(text)
    for part in (results, *results["cases"]):
        for name in _WALL:
            part.pop(name, None)
        part.pop("recording", None)
    return json.dumps(results).encode()


def main() -> int:
    """Write, judge three times, compare, and print figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=50_000)
    parser.add_argument("--devices", type=int, default=1_000)
    parser.add_argument("--parts", type=int, default=16)
    parser.add_argument("--workers", type=int, default=4)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        began = time.monotonic()
        whole, parts = write(Path(folder), told.devices, told.exchanges, told.parts)
        took = time.monotonic() - began
        sizes = whole.stat().st_size, sum(p.stat().st_size for p in parts.iterdir())
        print(
            f"{told.exchanges} exchanges of {told.devices} devices: "
            f"{sizes[0] / 2**20:.0f} MiB whole, {sizes[1] / 2**20:.0f} MiB in "
            f"{told.parts} parts, written in {took:.0f} s",
            flush=True,
        )
        return _compare(whole, parts, told.workers)


def _compare(whole: Path, parts: Path, workers: int) -> int:
    results = []
    with LocalCluster(  # type: ignore[no-untyped-call]  # dask has no types there
        n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        by_dask = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        for name, recording, options in (
            ("whole, here", whole, ()),
            ("in parts, here", parts, ()),
            (f"in parts, by {workers} workers of dask", parts, by_dask),
        ):
            found, told = judge(recording, *options)
            results.append(found)
            print(f"{name:<35}{told}", flush=True)
    return _tell(results)


def _tell(results: list[bytes]) -> int:
    first = json.loads(results[0])
    findings = sum(len(rule["findings"]) for rule in first["rules"])
    exposures = sum(rule["exposures"] for rule in first["rules"])
    is_same = all(found == results[0] for found in results)
    verdict = "the same, byte by byte" if is_same else "NOT the same"
    print(
        f"{len(results[0])} bytes of results, {findings} findings kept, {exposures} "
        f"exposures: {verdict}"
    )
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
