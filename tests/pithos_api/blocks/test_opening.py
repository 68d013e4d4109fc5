"""Opening a store of its URL: plain Python, no settings."""

import subprocess
import sys
from pathlib import Path

import pytest

from pithos_api.blocks.local.store import LocalBlockStore
from pithos_api.blocks.opening import open_store
from pithos_api.errors import BlockStoreURLError


def test_a_directory_is_opened_and_made(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/a%20store")
    assert isinstance(store, LocalBlockStore)
    assert (tmp_path / "a store").is_dir()


def test_a_bucket_is_opened_without_being_asked() -> None:
    pytest.importorskip("obstore")
    from pithos_api.blocks.s3.store import S3BlockStore

    assert isinstance(
        open_store("s3://bucket?endpoint=http://127.0.0.1:9&timeout=60"), S3BlockStore
    )


@pytest.mark.parametrize(
    "url",
    ["", "blocks", "/var/blocks", "file://host/blocks", "file:blocks", "http://host/blocks"],
)
def test_what_names_no_store_is_told(url: str) -> None:
    with pytest.raises(BlockStoreURLError) as caught:
        open_store(url)
    said = "is neither file:///absolute/path nor s3://bucket"
    assert str(caught.value) == f"the block store {url!r} {said}"


@pytest.mark.parametrize(
    "url", ["s3://", "s3://b/key", "s3://b?colour=red", "s3://b?timeout=0", "s3://b?timeout=soon"]
)
def test_what_names_no_bucket_is_told(url: str) -> None:
    pytest.importorskip("obstore")
    with pytest.raises(BlockStoreURLError, match="is not s3://bucket"):
        open_store(url)


def test_no_django_is_needed(tmp_path: Path) -> None:
    program = (
        "import sys; from pithos_api.blocks.opening import open_store;"
        f" open_store('file://{tmp_path}/blocks'); assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3])
