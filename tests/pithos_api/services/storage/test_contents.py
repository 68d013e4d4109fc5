"""Content that is at hand with the rows of its blocks."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pithos_api.services.storage import block_store
from pithos_api.services.storage.contents import Content, read_content

TEXT = b"abcdefghij"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A block store that has nothing."""
    settings.PITHOS_BLOCK_STORE = f"file://{tmp_path}/blocks"
    settings.PITHOS_SECRET_KEY = "configured"  # else the one in the database is looked up
    block_store.current.cache_clear()
    yield
    block_store.current.cache_clear()


@pytest.mark.parametrize("block_size", [1, 4, 10, 4096])
@pytest.mark.parametrize("cut", [(0, 10), (0, 3), (3, 9), (5, 6), (9, 10)])
def test_small_content_is_read_whole_however_small_its_blocks_are(
    settings: Any, block_size: int, cut: tuple[int, int]
) -> None:
    settings.PITHOS_BLOCK_SIZE = block_size
    blocks = [TEXT[start : start + block_size] for start in range(0, len(TEXT), block_size)]
    rows = {sha256(block).digest(): block for block in blocks}
    content = Content(len(TEXT), tuple(rows), rows)
    assert b"".join(read_content(content, *cut)) == TEXT[slice(*cut)]
