"""Print what the vendor's SDKs do: ``python -m sdks.dynamsoft [--write] [NAME…]``."""

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from harness.documents.bad_input import BadInput
from sdks.dynamsoft.closed import NotClosed, close_network
from sdks.dynamsoft.package import PACKAGES, ROOT, NotFetched, fetch
from sdks.dynamsoft.proxied import Proxied
from sdks.dynamsoft.rendering import render_page, render_text
from sdks.dynamsoft.subject import SUBJECTS, Seen, observe, stories, through_proxy

PAGE = ROOT / "docs/real-sdks.md"


def main() -> int:
    """Fetch, close in, play, print; 1 where a driver failed, 2 where nothing can be had."""
    arguments = _arguments()
    try:
        for package in PACKAGES:
            fetch(package)
        close_network()
        names = arguments.name or SUBJECTS
        seen = [_observed(name, arguments.out) for name in names]
        proxied = {name: _through_proxy(name) for name in names}
    except (NotFetched, NotClosed, BadInput) as error:
        print(error, file=sys.stderr)
        return 2
    print(render_text(seen, proxied))
    if arguments.write:
        today = datetime.now(UTC).date().isoformat()
        PAGE.write_text(render_page(seen, proxied, today), encoding="utf-8")
    faults = [fault for one in seen for fault in one.faults]
    print(*faults, sep="\n", file=sys.stderr)
    return int(bool(faults) or any(one.live != one.saved for one in proxied.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sdks.dynamsoft", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    scratch = Path(tempfile.gettempdir()) / "dlscheck-real-sdks"
    parser.add_argument("--out", type=Path, default=scratch, help="where recordings go")
    return parser.parse_args()


def _through_proxy(name: str) -> Proxied:
    print(f"{name}, through a proxy …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="dlscheck-proxied-") as folder:
        return asyncio.run(through_proxy(name, Path(folder)))


def _observed(name: str, out: Path) -> Seen:
    print(f"{name} …", file=sys.stderr, flush=True)
    return observe(name, stories(), out / name)


if __name__ == "__main__":
    sys.exit(main())
