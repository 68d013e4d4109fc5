"""Large blocks have checksums beside them, which readers compare; damage is what it was without."""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from pithos_api.blocks.local.checksums import ATTRIBUTE
from tests.reliability.damages import DAMAGES, solid
from tests.reliability.fire import back_up, restore, wipe
from tests.reliability.store import Store, new_store, wait_for

SIZE = 1 << 20


@pytest.fixture
def content(store: Store, box: str) -> bytes:
    """Is stored as ``box/o``."""
    made = solid(SIZE)
    assert store.client().put(f"{box}/o", made).status == 201
    return made


@pytest.fixture
def other_store() -> Iterator[Store]:
    """One that may be started again with other settings."""
    with new_store() as store:
        yield store


def file_of(store: Store, content: bytes) -> Path:
    return store.blocks()[sha256(content).hexdigest()]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_of_a_large_block_is_never_served_and_heals(
    store: Store, box: str, content: bytes, damage: Callable[[Path], None]
) -> None:
    damage(file_of(store, content))
    assert store.client().get(f"{box}/o").status == 503
    assert store.client().put(f"{box}/o", content).status == 201
    assert store.client().get(f"{box}/o").body == content


def test_a_swapped_file_is_never_served(store: Store, box: str, content: bytes) -> None:
    other = solid(SIZE)
    assert store.client().put(f"{box}/other", other).status == 201
    file_of(store, other).replace(file_of(store, content))
    assert [store.client().get(f"{box}/{name}").status for name in ("o", "other")] == [503, 503]
    assert store.client().put(f"{box}/o", content).status == 201
    assert store.client().put(f"{box}/other", other).status == 201


def test_a_wrong_checksum_is_no_damage_and_a_scrub_puts_it_right(
    store: Store, box: str, content: bytes
) -> None:
    file = file_of(store, content)
    kept = os.getxattr(file, ATTRIBUTE)
    os.setxattr(file, ATTRIBUTE, kept[:-1] + bytes([kept[-1] ^ 1]))
    assert store.client().get(f"{box}/o").body == content
    scrubbed = store.manage("scrub", "--restart")
    assert file.name not in scrubbed.stdout  # of what other tests have damaged it tells
    assert os.getxattr(file, ATTRIBUTE) == kept


@pytest.mark.parametrize("words", [("scrub", "--dry-run"), ("fsck", "--strict")], ids=" ".join)
def test_what_only_tells_gives_no_block_a_checksum(
    store: Store, content: bytes, words: tuple[str, str]
) -> None:
    file = file_of(store, content)
    os.removexattr(file, ATTRIBUTE)
    assert file.name not in store.manage(*words).stdout
    assert os.listxattr(file) == []


def test_a_restored_block_has_the_checksum_that_the_server_gives_it(
    other_store: Store, tmp_path: Path
) -> None:
    content, client = solid(SIZE), other_store.client()
    assert (client.put("box").status, client.put("box/o", content).status) == (201, 201)
    back_up(other_store, tmp_path / "backup")
    wipe(other_store)
    restore(other_store, tmp_path / "backup")
    restored = os.getxattr(file_of(other_store, content), ATTRIBUTE)
    other_store.restart()
    assert other_store.client().put("box/o", content).status == 201
    assert os.getxattr(file_of(other_store, content), ATTRIBUTE) == restored


def test_another_secret_key_makes_nothing_damaged_and_the_server_makes_new_checksums(
    other_store: Store,
) -> None:
    content, client = solid(SIZE), other_store.client()
    assert (client.put("box").status, client.put("box/o", content).status) == (201, 201)
    file = file_of(other_store, content)
    kept = os.getxattr(file, ATTRIBUTE)
    other_store.execute("DELETE FROM scrub_pass")
    other_store.kill()
    other_store.restart(PITHOS_SECRET_KEY="another-key-of-" + "x" * 40, PITHOS_SCRUB_RATE="1G")
    assert other_store.client().get("box/o").body == content
    wait_for(lambda: os.getxattr(file, ATTRIBUTE) != kept)
    assert other_store.client().get("box/o").body == content
