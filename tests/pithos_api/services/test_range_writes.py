"""Bounds of what an update makes of an object."""

import pytest

from pithos_api.blocks.hashing import EMPTY_DIGEST
from pithos_api.services.objects.range_writes import write_range
from pithos_api.services.storage.contents import BlockWriter, Content
from pithos_api.values import MAX_BLOCKS
from tests.api.server import BLOCK_SIZE
from web.errors import UploadTooLargeError


def test_an_object_does_not_double_itself_without_end(settings):
    settings.PITHOS_BLOCK_SIZE = BLOCK_SIZE
    half = Content(MAX_BLOCKS // 2 * BLOCK_SIZE, (EMPTY_DIGEST,) * (MAX_BLOCKS // 2))
    whole = write_range(half, half.size, half, BlockWriter())
    assert len(whole.digests) == MAX_BLOCKS
    with pytest.raises(UploadTooLargeError):
        write_range(whole, whole.size, Content(1, (EMPTY_DIGEST,)), BlockWriter())
