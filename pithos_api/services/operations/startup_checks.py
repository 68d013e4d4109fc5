"""Checks when a server starts: the settings must fit the store that exists."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from pithos_api.models import Block, Store
from pithos_api.services.storage import block_store

# So many blocks are not lost at once by decay: their store is not there, or not this one.
_SAMPLE = 8


def check_store() -> None:
    """Refuse to serve a store with settings that it was not made with.

    A new store remembers its block size, because with another size every hashmap would mean other
    bytes.

    Raises: ImproperlyConfigured: names PITHOS_BLOCK_SIZE or PITHOS_BLOCK_STORE.
    """
    configured = settings.PITHOS_BLOCK_SIZE
    store, _ = Store.objects.get_or_create(id=1, defaults={"block_size": configured})
    if store.block_size != configured:
        raise ImproperlyConfigured(
            f"PITHOS_BLOCK_SIZE is {configured}, but this store's objects are cut into blocks "
            f"of {store.block_size} bytes; set it to {store.block_size}"
        )
    block_store.check(_some_blocks())


def _some_blocks() -> list[bytes]:
    """Return a few blocks that must be in the block store; none while there are hardly any."""
    outside = Block.objects.filter(data__isnull=True).order_by("digest")
    some = [bytes(digest) for digest in outside.values_list("digest", flat=True)[:_SAMPLE]]
    return some if len(some) == _SAMPLE else []
