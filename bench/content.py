"""What the benchmark uploads: bytes that no other object of any run shares a block with."""

import os
import random

MIB = 1 << 20
SMALL = 64 << 10  # bodies up to this size travel in one send with their head
_RUN = os.urandom(8)
_NOISE = random.Random(20261121).randbytes(MIB)
_VIEW = memoryview(_NOISE)


def _stamp(serial: int, index: int) -> bytes:
    return _RUN + serial.to_bytes(8, "big") + index.to_bytes(4, "big")


def pieces(serial: int, size: int) -> tuple[memoryview, ...]:
    """Cut content ``serial`` of ``size`` bytes into buffers; each MiB starts with its own stamp.

    The noise behind the stamps is shared, so making an upload of 64 MiB copies nothing.
    """
    buffers: list[memoryview] = []
    for index, start in enumerate(range(0, size, MIB)):
        length = min(MIB, size - start)
        stamp = _stamp(serial, index)[:length]
        buffers += [memoryview(stamp), _VIEW[len(stamp) : length]]
    return tuple(buffers)


def whole(serial: int, size: int) -> bytes:
    """Content ``serial`` of ``size`` bytes in one piece."""
    return b"".join(pieces(serial, size))


def part(serial: int, start: int, stop: int) -> bytes:
    """Bytes ``start`` to ``stop`` (excluded) of any content ``serial`` at least that long."""
    first = start // MIB
    last = -(-stop // MIB)
    mib = b"".join(_stamp(serial, index) + _NOISE[20:] for index in range(first, last))
    return mib[start - first * MIB : stop - first * MIB]
