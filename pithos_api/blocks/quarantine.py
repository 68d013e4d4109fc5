"""Block files that were found damaged, kept apart for the operator to look at.

<root>/quarantine/<64 hex>   the damaged file of this name, the latest if there were several
"""

import os
from contextlib import suppress

from pithos_api.blocks.files import hash_of_file


class Quarantine:
    """The directory ``quarantine`` of a local block store. Everything raises OSError."""

    def __init__(self, root: str) -> None:
        self._directory = os.path.join(root, "quarantine")
        os.makedirs(self._directory, mode=0o700, exist_ok=True)

    def receive(self, digest: bytes, place: str) -> bool:
        """Move the block file at ``place`` aside, unless it is sound; return whether there was one.

        An upload may replace the file after it was found damaged and before it is moved. So the
        moved file is looked at again, and put back if it is sound.
        """
        aside = os.path.join(self._directory, digest.hex())
        try:
            os.rename(place, aside)
        except FileNotFoundError:
            return False
        if _hash_of(aside) == digest:
            with suppress(FileExistsError):  # one more upload has put the block again
                os.link(aside, place)
            os.unlink(aside)
        return True


def _hash_of(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY)
    try:
        return hash_of_file(fd, os.fstat(fd).st_size)
    finally:
        os.close(fd)
