"""Telling of uploads while they come, for operators to see."""

from observability import in_flight, request_context


class UploadWatch:
    """Tells of one body, from its first whole block on: a small one costs nothing.

    expected: bytes, None where the client has not said.
    """

    def __init__(self, expected: int | None) -> None:
        self._expected = expected
        self._row: int | None = None

    def received(self, size: int) -> None:
        """Tell how many bytes have come."""
        board = in_flight.installed()
        if board is None:
            return
        if self._row is None:
            target, address = request_context.target(), request_context.address()
            self._row = board.enter(target, address, self._expected)
        if self._row is not None:
            board.update(self._row, size)

    def ended(self) -> None:
        """Tell that it has come, or will not."""
        board = in_flight.installed()
        if board is not None and self._row is not None:
            board.leave(self._row)
        self._row = None
