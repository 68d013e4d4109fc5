"""The last bytes of a body, kept while it is read."""

from typing import Final

from blobs.values.blobs import TAG_BYTES, tag_of
from web.bodies.body import RequestBody
from web.bodies.pausing import ReadInto, keep

_KEPT: Final = "blob.ending"


class Ending:
    """Reads a body and remembers how it ends. body: to be read instead of the given one."""

    def __init__(self, body: RequestBody) -> None:
        self._last = b""
        self.body = body.through(self._watched, body.length)

    @classmethod
    def of(cls, body: RequestBody) -> "Ending":
        """Return that of the body, the same if the request begins again."""
        return keep(body.pausing, _KEPT, lambda: cls(body))

    @property
    def tag(self) -> str:
        """The tag of what was read."""
        return tag_of(self._last)

    def close(self) -> None:
        """Do nothing: what a request keeps is closed at its end."""

    def _watched(self, read: ReadInto) -> ReadInto:
        def readinto(buffer: memoryview) -> int:
            count = read(buffer)
            new = bytes(buffer[max(count - TAG_BYTES, 0) : count])
            self._last = (self._last + new)[-TAG_BYTES:]
            return count

        return readinto
