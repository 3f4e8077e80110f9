"""Print what the vendor's SDKs do: ``python -m sdks.dynamsoft [--write] [NAME…]``."""

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from harness.documents.bad_input import BadInput
from sdks.dynamsoft.closed import NotClosed, close_network
from sdks.dynamsoft.package import PACKAGES, ROOT, NotFetched, fetch
from sdks.dynamsoft.rendering import render_page, render_text
from sdks.dynamsoft.subject import SUBJECTS, Seen, observe, stories

PAGE = ROOT / "docs/real-sdks.md"


def main() -> int:
    """Fetch, close in, play, print; 1 where a driver failed, 2 where nothing can be had."""
    arguments = _arguments()
    try:
        for package in PACKAGES:
            fetch(package)
        close_network()
        seen = [_observed(name, arguments.out) for name in arguments.name or SUBJECTS]
    except (NotFetched, NotClosed, BadInput) as error:
        print(error, file=sys.stderr)
        return 2
    print(render_text(seen))
    if arguments.write:
        today = datetime.now(UTC).date().isoformat()
        PAGE.write_text(render_page(seen, today), encoding="utf-8")
    faults = [fault for one in seen for fault in one.faults]
    print(*faults, sep="\n", file=sys.stderr)
    return int(bool(faults))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sdks.dynamsoft", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    scratch = Path(tempfile.gettempdir()) / "dlscheck-real-sdks"
    parser.add_argument("--out", type=Path, default=scratch, help="where recordings go")
    return parser.parse_args()


def _observed(name: str, out: Path) -> Seen:
    print(f"{name} …", file=sys.stderr, flush=True)
    return observe(name, stories(), out / name)


if __name__ == "__main__":
    sys.exit(main())
