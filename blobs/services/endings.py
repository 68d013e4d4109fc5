"""The last bytes of a body, kept while it is read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from blobs.values.blobs import TAG_BYTES, tag_of
from web.bodies.body import RequestBody

_KEPT: Final = "blob.ending"


class Ending:
    """Reads a body and remembers how it ends. body: to be read instead of the given one."""

    def __init__(self, body: RequestBody) -> None:
        self._last = b""
        pausing = body.pausing
        if pausing is not None:
            pausing = replace(pausing, receive=self._watched(pausing.receive))
        self.body = RequestBody(self._watched(body.readinto), body.length, pausing)

    @classmethod
    def of(cls, body: RequestBody) -> "Ending":
        """Return that of the request's body, the same if the request begins again."""
        kept = body.pausing and body.pausing.kept.get(_KEPT)
        if isinstance(kept, Ending):
            return kept
        made = cls(body)
        if body.pausing is not None:
            body.pausing.kept[_KEPT] = made
        return made

    @property
    def tag(self) -> str:
        """The tag of what was read."""
        return tag_of(self._last)

    def close(self) -> None:
        """Do nothing: what a request keeps is closed at its end."""

    def _watched(self, read: Callable[[memoryview], int]) -> Callable[[memoryview], int]:
        def readinto(buffer: memoryview) -> int:
            count = read(buffer)
            new = bytes(buffer[max(count - TAG_BYTES, 0) : count])
            self._last = (self._last + new)[-TAG_BYTES:]
            return count

        return readinto
