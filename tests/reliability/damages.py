"""What disks do to files."""

import os
import random
from collections.abc import Callable
from pathlib import Path

Damage = Callable[[Path], None]


def flip_a_bit(block: Path) -> None:
    """One bit, anywhere."""
    with block.open("r+b") as file:
        file.seek(random.randrange(block.stat().st_size))
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1 << random.randrange(8)]))


def cut(block: Path) -> None:
    """The last byte is gone."""
    os.truncate(block, block.stat().st_size - 1)


def erase(block: Path) -> None:
    """As many NULs instead."""
    block.write_bytes(bytes(block.stat().st_size))


def solid(size: int) -> bytes:
    """Random bytes that do not end with a NUL, hence have the digest of their block."""
    return os.urandom(size - 1) + b"."


DAMAGES: list[Damage] = [flip_a_bit, cut, erase, Path.unlink]
