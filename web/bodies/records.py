"""What a request remembers while its body pauses: of long records little is in memory."""

from collections.abc import Iterator

import orjson

from web.bodies.pausing import Pausing, new_queue
from web.json_values import JSONValue

_PIECE = 64 * 1024


class Records:
    """Records in the order in which they came. A request may keep them.

    pausing: of the request; None: it does not begin again, and all is in memory.
    """

    def __init__(self, pausing: Pausing | None) -> None:
        self._queue = new_queue(pausing)

    def append(self, record: JSONValue) -> None:
        """Remember one more. Raises: NoRoomToWaitError, TooManySlowBodiesError."""
        self._queue.write(memoryview(orjson.dumps(record) + b"\n"))

    def take(self) -> Iterator[JSONValue]:
        """Yield all of them; none is left."""
        buffer = memoryview(bytearray(_PIECE))
        rest = b""
        while count := self._queue.readinto(buffer):
            *lines, rest = (rest + buffer[:count]).split(b"\n")
            yield from map(orjson.loads, lines)

    def close(self) -> None:
        """Forget all."""
        self._queue.close()
