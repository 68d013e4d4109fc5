"""The last bytes of a body, kept while it is read."""

from blobs.values.blobs import TAG_BYTES, tag_of
from web.bodies.body import RequestBody


class Ending:
    """Reads a body and remembers how it ends. body: to be read instead of the given one."""

    def __init__(self, body: RequestBody) -> None:
        self._readinto = body.readinto
        self._last = b""
        self.body = RequestBody(self._read, body.length)

    @property
    def tag(self) -> str:
        """The tag of what was read."""
        return tag_of(self._last)

    def _read(self, buffer: memoryview) -> int:
        count = self._readinto(buffer)
        self._last = (self._last + bytes(buffer[max(count - TAG_BYTES, 0) : count]))[-TAG_BYTES:]
        return count
