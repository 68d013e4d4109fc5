import socket

from server.bodies.body import DRAIN_LIMIT, BodyInput
from server.waiting import Wait


class SizedBody(BodyInput):
    """A body of Content-Length bytes."""

    __slots__ = ("_left",)

    def __init__(
        self, sock: socket.socket, pending: bytes, wait: Wait, *, expects: bool, length: int
    ) -> None:
        super().__init__(sock, pending, wait, expects=expects)
        self._left = length

    def _take(self, view: memoryview) -> int:
        view = view[: self._left]
        if not view:
            return 0
        count = self._receive_into(view)
        self._left -= count
        self.complete = not self._left
        return count

    @property
    def at_hand(self) -> bool:
        return self._left <= len(self.pending)

    def drain(self) -> bool:
        if not self.at_hand or self._failure:
            return super().drain()
        del self.pending[: self._left]  # nobody has wanted it
        self.taken += self._left
        self._left, self.complete = 0, True
        return True

    @property
    def drainable(self) -> bool:
        """Say so if the rest is small and, by all that is known, on its way."""
        return self._left <= DRAIN_LIMIT and not self._expects and not self._failure
