"""An image is queued or whole, whenever the server dies; a backup brings images back."""

import hashlib
import os

import pytest

from tests.api.visitors import share
from tests.images.client import ImageClient
from tests.images.glance import GlanceClient
from tests.reliability.fire import back_up, begin_anew, restore
from tests.reliability.store import Store, new_directory, new_store

DATA = os.urandom(3_000_000)


def uploaded(store: Store, image: str) -> bool:
    """Whether an upload is answered at all."""
    try:
        return GlanceClient(store.client()).upload(image, DATA).status == 204
    except OSError:
        return False


@pytest.mark.requirement("I24")
@pytest.mark.parametrize("where", ["before-publish", "after-publish"])
def test_a_server_that_dies_at_an_upload_leaves_the_image_queued_or_whole(
    store: Store, where: str
) -> None:
    image = GlanceClient(store.client()).create(a="1")
    store.kill()
    store.restart(CRASH_AT=where)
    assert not uploaded(store, image)
    store.kill()
    store.restart(CRASH_AT="")
    glance = GlanceClient(store.client())
    if glance.show(image)["status"] == "queued":
        assert uploaded(store, image)
    shown = glance.show(image)
    assert (shown["status"], shown["a"]) == ("active", "1")
    assert shown["os_hash_value"] == hashlib.sha512(DATA).hexdigest()


def registry(store: Store) -> object:
    """All that the registry says, but when each image was looked at last."""
    return store.ask("SELECT jsonb_agg(to_jsonb(image) - 'updated' ORDER BY id) FROM image")


def test_a_backup_brings_images_back_with_their_sharing() -> None:
    with new_store() as store, new_directory() as place:
        store.client().put("c")
        images, glance = ImageClient(store.client()), GlanceClient(store.client())
        images.register("f/o", Property_A="1")
        share(images.store, "c/f/o", "read=somebody")
        glance.made(DATA, visibility="public", tags=["x"])
        glance.send("DELETE", f"/image/v2/images/{glance.made()}")
        before = registry(store)
        back_up(store, place / "backup")
        begin_anew(store)
        restore(store, place / "backup")
        store.restart()
        assert registry(store) == before
