"""Block files on their way out: moved aside, still readable, brought back or unlinked.

    <root>/retired/<64 hex>   a block that the collector found unnamed

The name in ``retired`` goes only after that in the block's own place is durable, so a loss of
power at any moment leaves the block under one of the two.
"""

import os
from collections.abc import Iterator
from contextlib import suppress

from pithos_api.blocks.base import StoredBlock
from pithos_api.blocks.crash import crash_point
from pithos_api.blocks.files import fsync_directory, is_there, regular_files
from pithos_api.errors import BlockNotFoundError


class Retirement:
    """The directory ``retired`` of a local block store. Everything raises OSError."""

    def __init__(self, root: str) -> None:
        self._directory = os.path.join(root, "retired")
        os.makedirs(self._directory, mode=0o700, exist_ok=True)

    def path(self, digest: bytes) -> str:
        """Where the retired block is, if it is."""
        return f"{self._directory}/{digest.hex()}"

    def begin(self, digest: bytes, place: str) -> None:
        """Move the block aside from its place, whichever file that is now.

        If another process has just put the block again, the younger file is moved; it has the same
        content.
        """
        with suppress(FileNotFoundError):
            os.rename(place, self.path(digest))
        crash_point("block-retired")

    def end(self, digest: bytes, place: str) -> None:
        """Bring the block back to its place, durably, where it is missing.

        Raises:
            BlockNotFoundError: it is in neither place.
        """
        try:
            os.link(self.path(digest), place)
        except FileExistsError:
            pass  # put again: both files are whole
        except FileNotFoundError:
            if not is_there(place):  # nor brought back by somebody else
                raise BlockNotFoundError(digest) from None
        fsync_directory(os.path.dirname(place))
        self.complete(digest)

    def complete(self, digest: bytes) -> None:
        """Unlink the retired file, if there is one."""
        with suppress(FileNotFoundError):
            os.unlink(self.path(digest))
        crash_point("block-discarded")

    def blocks(self) -> Iterator[StoredBlock]:
        """All retired blocks with their sizes."""
        for path, file in regular_files(self._directory):
            digest = bytes.fromhex(os.path.basename(path))
            yield StoredBlock(digest, file.st_size, file.st_mtime)
