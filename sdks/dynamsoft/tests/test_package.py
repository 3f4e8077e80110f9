"""Claims about how the vendor's packages are had, and not had."""

from pathlib import Path

import pytest

from sdks.dynamsoft import package
from sdks.dynamsoft.closed import is_closed
from sdks.dynamsoft.package import PACKAGES, ROOT, NotFetched, Package, fetch


def test_nothing_of_them_is_kept() -> None:
    """Git ignores the folder in which packages are."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{package.STORE.name}/" in ignored
    assert package.STORE.parent == ROOT


@pytest.mark.parametrize("wanted", PACKAGES[1:4:2], ids=lambda one: one.registry)
def test_no_registry(
    wanted: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no registry can be reached, one message says which package, and what to do."""
    assert is_closed(), "run this by `make real-sdks-test`"
    monkeypatch.setattr(package, "STORE", tmp_path)
    # What was fetched before may be kept elsewhere on this machine.
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    with pytest.raises(NotFetched) as caught:
        fetch(wanted)
    told = str(caught.value)
    assert told.startswith(f"{wanted.name} {wanted.version} is not at {tmp_path}")
    assert f"cannot be fetched from {wanted.registry}" in told
    assert "run this where the registry can be reached" in told
