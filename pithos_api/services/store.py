"""The store as a whole: that it is opened as it was made."""

from django.conf import settings

from pithos_api.errors import PithosError
from pithos_api.models import Store


class BlockSizeChangedError(PithosError):
    """stored, configured: bytes."""

    def __init__(self, stored: int, configured: int) -> None:
        super().__init__(
            f"PITHOS_BLOCK_SIZE is {configured}, but this store's objects are cut into blocks "
            f"of {stored} bytes; set it to {stored}"
        )


def check_block_size() -> None:
    """Remember the block size of a new store; insist on that of an old one.

    Raises: BlockSizeChangedError: every hashmap would mean other bytes.
    """
    configured = settings.PITHOS_BLOCK_SIZE
    store, _ = Store.objects.get_or_create(id=1, defaults={"block_size": configured})
    if store.block_size != configured:
        raise BlockSizeChangedError(store.block_size, configured)
