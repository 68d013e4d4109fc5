"""A response of the application, sent piece by piece (PEP 3333)."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Final
from wsgiref.types import WSGIApplication

from server.bodies.body import BodyInput
from server.errors import BrokenResponseError
from server.exchange import AGAIN, KEEPS_ID, REQUEST_ID, FilePiece
from server.requests.request import Request
from server.responses.head import encode, first_lines, is_usual
from server.responses.sending import Sender

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_JOIN_LIMIT: Final = 65536  # up to this size copying a piece is cheaper than a second send
_WHOLE: Final = (list, tuple)  # results whose pieces are all there
_NO_PIECES: Final[Iterator[bytes]] = iter(())
_NOTHING: Final = ()
_BODILESS: Final = frozenset({"204", "304"})


def _admitted() -> None:
    """Do nothing."""


class Response:
    """One response, which is sent as far as the client takes it soon.

    started: the head has been sent; keep_alive: whether the connection may go on after it;
    sent: bytes of the body that have been sent, or are about to be. awaits_body: the application
    wants to be called again when there is more of the request's body. admit: called before a
    response that is not small; raises BodyError if there is no room for it.
    """

    __slots__ = (
        "_admit",
        "_body",
        "_chunked",
        "_headers",
        "_left",
        "_pieces",
        "_request",
        "_result",
        "_sender",
        "_silent",
        "_status",
        "awaits_body",
        "keep_alive",
        "sent",
        "started",
    )

    def __init__(
        self,
        sender: Sender,
        request: Request,
        body: BodyInput,
        admit: Callable[[], None],
        *,
        keep_alive: bool,
    ) -> None:
        self._admit = admit
        self._sender = sender
        self._request = request
        self._body = body
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        self._left: int | None = None  # bytes of Content-Length still to be sent
        self._chunked = False
        self._silent = False
        self._result: Iterable[bytes | FilePiece] | None = None
        self._pieces: Iterator[bytes | FilePiece] | None = None
        self.awaits_body = False
        self.keep_alive = keep_alive
        self.sent = 0
        self.started = False

    @property
    def status(self) -> int:
        """The status that has been sent; 0 before."""
        return int(self._status[:3]) if self.started else 0

    def run(self, application: WSGIApplication) -> bool:
        """Call the application and send what it returns; the next call goes on with that.

        Return whether all is sent. If not, the client takes nothing more for now, or
        ``awaits_body``.

        Raises: ConnectionGoneError, BrokenResponseError, and whatever the application raises.
        """
        complete = True  # as far as it can be, after an error
        try:
            if self._result is None:
                self._result = self._call(application)
            complete = self._result is not None and self._send_result(self._result)
        finally:
            if complete:
                self.close()
        return complete

    def close(self) -> None:
        """Let the application give back what it holds for this response; nothing follows."""
        self._admit = _admitted  # its owner's: a circle would keep both until a search for garbage
        close = getattr(self._result, "close", None)
        if close is not None:
            close()

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], None]:
        """Be WSGI's start_response (PEP 3333)."""
        if exc_info is not None and self.started and exc_info[1] is not None:
            raise exc_info[1]
        if self._status and exc_info is None:
            raise BrokenResponseError("start_response was called twice")
        self._status, self._headers = status, headers
        return self._write

    def _call(self, application: WSGIApplication) -> Iterable[bytes | FilePiece] | None:
        """Return the application's result; None if it waits for the request's body."""
        self.awaits_body = False
        result = application(self._request.environ, self.start)
        self.awaits_body = result is AGAIN
        return None if self.awaits_body else result

    def _send_result(self, result: Iterable[bytes | FilePiece]) -> bool:
        """Return whether all is sent."""
        if self._pieces is None:
            if isinstance(result, _WHOLE) and not self.started:
                self._pieces = _NO_PIECES
                self._result = _NOTHING  # the pieces may be large, and are not needed twice
                self._begin(b"".join(result), whole=True)
                return self._sender.is_done
            self._pieces = iter(result)
        while self._sender.flush():
            if self._silent and self.started:
                return True
            piece = next(self._pieces, None)
            if piece is None:
                return self._end()
            if piece:
                self._write(piece)
        return False

    def _end(self) -> bool:
        """Send what follows the last piece; whether all is sent."""
        if not self.started:
            self._begin(b"", whole=True)
        elif self._chunked:
            self._chunked = False  # once
            self._sender.send(b"0\r\n\r\n")
        if self._left and not self._silent:
            raise BrokenResponseError(f"the body ended {self._left} bytes early")
        return self._sender.flush()

    def _write(self, piece: bytes | FilePiece) -> None:
        if not self.started:
            self._begin(bytes(piece), whole=False)
            return
        self.sent += len(piece)
        if self._chunked:
            self._sender.send(b"%x\r\n" % len(piece), more=True)
            self._sender.send(bytes(piece), more=True)
            self._sender.send(b"\r\n")
        else:
            self._count(len(piece))
            if isinstance(piece, bytes):
                self._sender.send(piece)
            else:
                self._sender.send_file(piece)

    def _count(self, size: int) -> None:
        if self._left is None:
            return
        self._left -= size
        if self._left < 0:
            raise BrokenResponseError(f"the body is {-self._left} bytes too long")

    def _begin(self, piece: bytes, *, whole: bool) -> None:
        """Send the head together with ``piece``; ``whole``: nothing follows it."""
        if not self._status:
            raise BrokenResponseError("the application never called start_response")
        environ = self._request.environ
        request_id = "" if KEEPS_ID in environ else environ[REQUEST_ID]
        lines = first_lines(self._status, request_id)
        self._add_headers(lines)
        self._add_framing(lines, len(piece) if whole else None)
        head = encode(lines)
        if not self._silent and (self._left is None or self._left > _JOIN_LIMIT):
            self._admit()
        if self._silent:
            piece = b""
        self.sent = len(piece)
        if self._chunked:
            piece = b"%x\r\n%b\r\n" % (len(piece), piece)
        elif not self._silent:
            self._count(len(piece))
            if whole and self._left:
                raise BrokenResponseError(f"the body ended {self._left} bytes early")
        self.started = True
        if len(piece) <= _JOIN_LIMIT:
            self._sender.send(head + piece)
        else:
            self._sender.send(head, more=True)
            self._sender.send(piece)

    def _add_headers(self, lines: list[str]) -> None:
        for name, value in self._headers:
            if is_usual(name):
                lines.append(f"{name}: {value}")
                continue
            lower = name.lower()
            if lower == "content-length":
                self._left = int(value)
                lines.append(f"{name}: {value}")
            elif lower == "connection" and "close" in value.lower():
                self.keep_alive = False

    def _add_framing(self, lines: list[str], size: int | None) -> None:
        """Settle how the body ends; ``size``: bytes of the body where it is known."""
        request = self._request
        method = request.environ["REQUEST_METHOD"]
        self._silent = method == "HEAD" or self._status[:3] in _BODILESS
        if self._left is None and not self._silent:
            if size is not None:
                self._left = size
                lines.append(f"Content-Length: {size}")
            elif request.http11:
                self._chunked = True
                lines.append("Transfer-Encoding: chunked")
            else:
                self.keep_alive = False
        if self.keep_alive and not self._body.complete and not self._body.drainable:
            self.keep_alive = False
        if not self.keep_alive:
            lines.append("Connection: close")
        elif not request.http11:
            lines.append("Connection: keep-alive")
