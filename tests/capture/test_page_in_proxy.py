"""A test of a page's SDK in a real browser, through a real proxy with the add-on."""

import asyncio
from pathlib import Path

from sdks.dynamsoft.proxied import drive_through_proxy

ROOT = Path(__file__).parents[2]


def test_page_through_proxy(tmp_path: Path) -> None:
    """What a page asks of https://dls.test is judged live as it is afterwards."""
    sdk = ROOT / "sdks/plain-page/sdk.yaml"
    seen = asyncio.run(drive_through_proxy(sdk, tmp_path, knows_proxies=True))
    assert seen.started.authorized, seen.said
    kinds = [exchange.kind for exchange in seen.exchanges if exchange.kind]
    assert kinds == ["authorization", "usage"]
    assert "DLS: 2 licensing messages" in seen.live
    assert seen.saved == seen.live
