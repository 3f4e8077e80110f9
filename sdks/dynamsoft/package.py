"""
The vendor's packages, and where they are kept once they were fetched.

``python -m sdks.dynamsoft.package`` fetches all of them. They are proprietary: they go to
``.packages``, which git ignores.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
#: The folder of all packages.
STORE = ROOT / ".packages"
_PATIENCE_SECONDS = 300

_BARCODE = "dynamsoft-javascript-barcode"


@dataclass(frozen=True)
class Package:
    """One version of one package of a public registry."""

    registry: Literal["npm", "pypi"]
    name: str
    version: str

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return STORE / self.registry / f"{self.name}-{self.version}"

    @property
    def command(self) -> list[str]:
        """Return what fetches it, with what it depends on, and runs nothing of it."""
        folder = str(self.folder)
        if self.registry == "npm":
            quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
            soon = ("--fetch-retries", "1", "--fetch-retry-mintimeout", "1000")
            wanted = f"{self.name}@{self.version}"
            return ["npm", "install", *quiet, *soon, "--prefix", folder, wanted]
        python = ("--python", sys.executable, "--only-binary", ":all:")
        wanted = f"{self.name}=={self.version}"
        return [_uv(), "pip", "install", "--quiet", "--target", folder, *python, wanted]


PACKAGES = (
    Package("npm", _BARCODE, "8.2.5"),
    Package("npm", _BARCODE, "8.8.7"),
    Package("npm", _BARCODE, "9.6.42"),
    Package("pypi", "dbr", "9.6.60.1"),
)


class NotFetched(Exception):
    """A package cannot be had; the text says which, why, and what to do."""


def fetch(package: Package) -> Path:
    """
    Return the folder of *package*, fetched if it is not there yet.

    Raises:
        NotFetched: Its registry cannot be reached, or does not have it.
    """
    done = package.folder / ".fetched"
    if done.exists():
        return package.folder
    shutil.rmtree(package.folder, ignore_errors=True)
    package.folder.mkdir(parents=True)
    try:
        ended = subprocess.run(
            package.command,
            cwd=package.folder,
            check=False,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_fetched(package, str(error)) from error
    if ended.returncode:
        raise _not_fetched(package, ended.stderr.strip() or f"exit {ended.returncode}")
    done.touch()
    return package.folder


def _not_fetched(package: Package, why: str) -> NotFetched:
    return NotFetched(
        f"{package.name} {package.version} is not at {package.folder} and cannot be "
        f"fetched from {package.registry}: {why}\n"
        "real SDKs are never kept with us: run this where the registry can be reached, or "
        f"copy {STORE.name} from where it could be"
    )


def _uv() -> str:
    return shutil.which("uv") or str(ROOT / ".tools/uv/bin/uv")


def main() -> int:
    """Fetch all packages; return 2 where one cannot be had."""
    try:
        for package in PACKAGES:
            print(fetch(package))
    except NotFetched as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
