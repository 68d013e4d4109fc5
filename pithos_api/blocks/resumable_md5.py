"""MD5 that can be stored half done: hashlib keeps its state to itself, libcrypto's own does not.

The state is what RFC 1321 says: four words, and how many bytes there were. libcrypto is the one
that hashlib uses. Where Python was built without a shared one, only hashlib is left: then nothing
can be stored, and who is interrupted begins anew.
"""

import ctypes
import hashlib
import struct
from functools import cache
from typing import Final, Protocol

PIECE: Final = 64
"""Bytes that the algorithm takes at once: only behind whole ones is there a state to be stored."""

_STATE: Final = struct.Struct("<4IQ")
_WORD: Final = 0xFFFFFFFF


class MD5(Protocol):
    """The MD5 of the bytes so far."""

    @property
    def count(self) -> int:
        """Return how many bytes there were."""

    def update(self, data: bytes | memoryview) -> None:
        """Take more bytes; other threads run meanwhile."""

    def digest(self) -> bytes:
        """Return 16 bytes. Nothing can be added afterwards."""

    def state(self) -> bytes:
        """Return what ``resumed`` goes on from; b"" where there is no such thing."""


class _Context(ctypes.Structure):
    """``MD5_CTX`` of openssl/md5.h, with some room behind it."""

    _fields_ = (
        ("words", ctypes.c_uint * 4),
        ("bits", ctypes.c_uint * 2),
        ("data", ctypes.c_uint * 16),
        ("rest", ctypes.c_uint),
        ("room", ctypes.c_uint * 16),
    )


class LibcryptoMD5:
    """With a state that can be stored. library: has libcrypto's MD5 functions."""

    def __init__(self, library: ctypes.CDLL, state: bytes = b"") -> None:
        self._library = library
        self._context = _Context()
        self.count = 0
        library.MD5_Init(ctypes.byref(self._context))
        if state:
            *words, self.count = _STATE.unpack(state)
            self._context.words[:] = words
            bits = self.count * 8
            self._context.bits[:] = [bits & _WORD, bits >> 32 & _WORD]

    def update(self, data: bytes | memoryview) -> None:
        """See ``MD5``."""
        taken = bytes(data)
        self._library.MD5_Update(ctypes.byref(self._context), taken, ctypes.c_size_t(len(taken)))
        self.count += len(taken)

    def digest(self) -> bytes:
        """See ``MD5``."""
        found = ctypes.create_string_buffer(16)
        self._library.MD5_Final(found, ctypes.byref(self._context))
        return found.raw

    def state(self) -> bytes:
        """See ``MD5``."""
        return b"" if self.count % PIECE else _STATE.pack(*self._context.words, self.count)


class HashlibMD5:
    """Without such a state."""

    def __init__(self) -> None:
        self._md5 = hashlib.md5(usedforsecurity=False)
        self.count = 0

    def update(self, data: bytes | memoryview) -> None:
        """See ``MD5``."""
        self._md5.update(data)
        self.count += len(data)

    def digest(self) -> bytes:
        """See ``MD5``."""
        return self._md5.digest()

    def state(self) -> bytes:
        """See ``MD5``."""
        return b""


def resumed(state: bytes) -> MD5:
    """Return the MD5 whose ``state`` this was; of no bytes where it is b"" or of no use here."""
    library = _libcrypto()
    return HashlibMD5() if library is None else LibcryptoMD5(library, state)


@cache
def _libcrypto() -> ctypes.CDLL | None:
    """Return the library if it does as hashlib does, also from a stored state."""
    try:
        import _hashlib

        library = ctypes.CDLL(_hashlib.__file__)  # finds what that is linked to
        first = LibcryptoMD5(library)
        first.update(bytes(range(PIECE)))
        second = LibcryptoMD5(library, first.state())
    except (ImportError, OSError, AttributeError):
        return None
    second.update(b"rest")
    expected = hashlib.md5(bytes(range(PIECE)) + b"rest", usedforsecurity=False).digest()
    return library if second.digest() == expected else None
