"""The pages of the project, and the blocks of code in them."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("sdks/*/*.md")])

_BLOCK = re.compile(
    r"^(?:<!-- (?P<note>[^>]*) -->\n+)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """
    A block of code in a page.

    Attributes:
        note: The comment just before it, which a reader does not see.
    """

    page: Path
    line: int
    language: str
    note: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, match.start("language")) + 1,
            match["language"],
            match["note"] or "",
            match["text"],
        )
        for match in _BLOCK.finditer(text)
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test each page, each page with commands, or each block of one language."""
    if "page" in metafunc.fixturenames:
        metafunc.parametrize("page", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
    for language in ("yaml", "json", "fault", "python", "java"):
        if f"{language}_block" in metafunc.fixturenames:
            found = [b for page in PAGES for b in blocks_of(page) if b.language == language]
            metafunc.parametrize(f"{language}_block", found, ids=str)
    if "console_blocks" in metafunc.fixturenames:
        pages = {page: blocks_of(page) for page in PAGES}
        told = {
            str(page.relative_to(ROOT)): [b for b in blocks if b.language == "console"]
            for page, blocks in pages.items()
        }
        given = {name: blocks for name, blocks in told.items() if blocks}
        metafunc.parametrize("console_blocks", given.values(), ids=given.keys())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A stand-in for the repository's root, whose results are a test's own."""
    for path in ROOT.iterdir():
        if path.name not in ("dlscheck-out", ".git"):
            (tmp_path / path.name).symlink_to(path)
    return tmp_path
