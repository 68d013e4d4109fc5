"""Damaged and missing blocks are set aside, so that a client that sends them again heals them.

Reading such a block is a 503 from then on, and a hashmap that names it is answered with it among
the missing ones (contract §2.4), so that a client that has the bytes sends them. Every upload of
the block writes its bytes anew and clears the mark (``keep_blocks``).
"""

from django.db import transaction
from django.db.models.functions import Now

from pithos_api.blocks.hashing import block_digest
from pithos_api.models import Block
from pithos_api.services.storage import block_store


def quarantine(digest: bytes) -> bool:
    """Set a damaged or missing block aside; return False if it turns out to be sound.

    The row is locked meanwhile. An upload of the same block either has its file in place before
    it is looked at again, then nothing happens, or commits afterwards and clears the mark.

    Raises: BlockStoreUnavailableError: it could not be looked at; nothing is changed.
    """
    with transaction.atomic():
        row = Block.objects.select_for_update().filter(digest=digest)
        data = next((data for (data,) in row.values_list("data")), None)
        if data is not None:
            quarantined = block_digest(bytes(data)) != digest
        else:
            quarantined = block_store.current().quarantine(digest)
        if quarantined:
            Block.objects.filter(digest=digest, damaged=None).update(damaged=Now())
        return quarantined


def absolve(digest: bytes) -> None:
    """Clear the mark of a block that was found sound: somebody has put its bytes back."""
    Block.objects.filter(digest=digest).update(damaged=None)
