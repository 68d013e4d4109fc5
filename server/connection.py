"""One client connection: requests in, responses out, in order, on a blocking socket."""

import enum
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from logging import Logger
from typing import Final
from wsgiref.types import WSGIApplication, WSGIEnvironment

from server.errors import BodyError
from server.exchange import CLIENT_GONE, GONE, REQUEST_ID, Observer, Unobserved, new_request_id
from server.input import Body, ChunkedBody, NoBody, SizedBody, patience
from server.request import BadRequestError, Request, check_beginning, check_size
from server.response import BrokenResponseError, ClientGoneError, Response, plain

_PIECE: Final = 65536
_DISCARD_SECONDS: Final = 5.0
_ABORT: Final = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset
_NO_BODY: Final = NoBody()


class Fate(enum.Enum):
    """What becomes of a connection that its thread leaves."""

    PARK = enum.auto()  # the client pauses: wait for it in the poller
    CLOSE = enum.auto()
    DISCARD = enum.auto()  # the last response is sent; drop what the client still sends, then close


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that each kind of waiting may take.

    linger: a thread stays with a pausing connection; idle: between requests; head: from a head's
    first byte to its last; body, send: without any progress.
    """

    linger: float = 0.01
    idle: float = 60.0
    head: float = 10.0
    body: float = 30.0
    send: float = 30.0


@dataclass(slots=True)
class Site:
    """What the connections of one worker share.

    environ: the entries that are the same for all requests; crowded: whether other connections
    wait for a thread; stopping: finish the requests that have begun, begin no others; observer:
    whom to tell about each request.
    """

    application: WSGIApplication
    environ: WSGIEnvironment
    timeouts: Timeouts
    log: Logger
    crowded: Callable[[], bool]
    stopping: bool = False
    observer: Observer = field(default_factory=Unobserved)


class Connection:
    """A socket and what has been read from it; one thread at a time works on it.

    deadline: when the poller gives it up (time.monotonic); discarding: see Fate.DISCARD.
    """

    __slots__ = (
        "_base",
        "_buffer",
        "_head_deadline",
        "_refused",
        "_site",
        "_sock",
        "deadline",
        "discarding",
        "fileno",
    )

    def __init__(self, sock: socket.socket, address: tuple[str, int], site: Site) -> None:
        self._sock = sock
        self._site = site
        # The kernel keeps the time: a blocking recv with a limit is one system call, not two.
        sock.setblocking(True)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience(site.timeouts.linger))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience(site.timeouts.send))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._base = {
            **site.environ,
            "REMOTE_ADDR": address[0],
            "REMOTE_PORT": str(address[1]),
        }
        self._buffer = b""
        self._head_deadline = 0.0
        self._refused = 0  # the status that was sent in the application's stead
        self.fileno = sock.fileno()
        self.deadline = time.monotonic() + site.timeouts.idle
        self.discarding = False

    def serve(self) -> Fate:
        """Answer requests until the client pauses, others are waiting, or the end."""
        try:
            while (request := self._next_request()) is not None:
                fate = self._answer(request)
                if fate is not None:
                    return fate
                if not self._buffer and self._site.crowded():
                    self.deadline = time.monotonic() + self._site.timeouts.idle
                    break
        except BadRequestError as error:
            return self._turn_away(error.status)
        except OSError:
            return Fate.CLOSE
        return Fate.PARK

    def expire(self) -> None:
        """Tell a client why its begun request is given up, before the connection is closed."""
        if self._head_deadline and not self.discarding:
            self._turn_away(408)

    def discard(self) -> bool:
        """Drop what has arrived; False once the client has closed too."""
        try:
            return bool(self._sock.recv(_PIECE, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def is_gone(self) -> bool:
        """Whether the client has hung up, or said that it sends nothing more."""
        poller = select.poll()
        poller.register(self._sock, select.POLLRDHUP)  # POLLHUP and POLLERR are told anyway
        return bool(poller.poll(0))

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def _next_request(self) -> Request | None:
        """Read a head; None when the client pauses.

        Raises: BadRequestError; OSError, ConnectionError when the client has gone.
        """
        data = self._buffer
        while True:
            if data:
                if data[0] in b"\r\n":
                    data = data.lstrip(b"\r\n")  # RFC 9112 §2.2
                end = data.find(b"\r\n\r\n") + 4
                if end > 3:
                    head, self._buffer = data[:end], data[end:]
                    self._head_deadline = 0.0
                    check_size(head)
                    return Request(head, self._base)
                check_beginning(data)
            try:
                piece = self._sock.recv(_PIECE)
            except BlockingIOError:
                self._pause(data)
                return None
            if not piece:
                raise ConnectionError
            data = data + piece if data else piece

    def _pause(self, data: bytes) -> None:
        """Keep the beginning of a head; its clock runs from its first byte."""
        self._buffer = data
        now = time.monotonic()
        if data and not self._head_deadline:
            self._head_deadline = now + self._site.timeouts.head
        self.deadline = self._head_deadline or now + self._site.timeouts.idle

    def _body(self, request: Request) -> Body:
        timeout = patience(self._site.timeouts.body)
        if request.chunked:
            return ChunkedBody(self._sock, self._buffer, timeout, expects=request.expects)
        if request.length:
            return SizedBody(
                self._sock, self._buffer, timeout, expects=request.expects, length=request.length
            )
        return _NO_BODY

    def _answer(self, request: Request) -> Fate | None:
        """Answer a request, watched; None when the connection goes on."""
        environ = request.environ
        environ[REQUEST_ID] = new_request_id()
        environ[CLIENT_GONE] = self.is_gone
        environ["wsgi.input"] = body = self._body(request)
        keep_alive = request.keep_alive and not self._site.stopping
        response = Response(self._sock, request, body, keep_alive=keep_alive)
        observer = self._site.observer
        observer.begin(environ)
        began = time.perf_counter()
        fate = self._run(request, response, body)
        seconds = time.perf_counter() - began
        status = response.status or self._refused or GONE
        observer.end(environ, status, body.taken, response.sent, seconds)
        return fate

    def _run(self, request: Request, response: Response, body: Body) -> Fate | None:
        """Let the application answer; None when the connection goes on."""
        try:
            response.run(self._site.application)
        except ClientGoneError:
            return Fate.CLOSE
        except BodyError as error:
            return self._cut(request, response, error.status)
        except (Exception, SystemExit) as error:
            self._report(request, error)
            return self._cut(request, response, 500)
        if body is not _NO_BODY:
            return self._finish(body, keep_alive=response.keep_alive)
        if response.keep_alive:
            return None
        return self._hang_up() if self._buffer else Fate.CLOSE

    def _finish(self, body: Body, *, keep_alive: bool) -> Fate | None:
        """Leave the connection at the next request's first byte, or end it."""
        if not keep_alive or not body.drain():
            return self._hang_up()
        self._buffer = bytes(body.pending)
        if body.touched:
            self._sock.setsockopt(
                socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience(self._site.timeouts.linger)
            )
        return None

    def _report(self, request: Request, error: BaseException) -> None:
        """Log what is the application's fault, without query and headers: they hold tokens."""
        environ = request.environ
        where = f"{environ['REQUEST_METHOD']} {environ['RAW_URI'].partition('?')[0]}"
        if isinstance(error, BrokenResponseError):
            self._site.log.error("%s: %s", where, error)
        else:
            self._site.log.error("%s failed", where, exc_info=error)

    def _turn_away(self, status: int) -> Fate:
        """Refuse what could not even be read as a request."""
        environ = {**self._base, REQUEST_ID: new_request_id()}
        fate = self._refuse(status, environ[REQUEST_ID])
        self._site.observer.end(environ, status, 0, 0, 0.0)
        return fate

    def _cut(self, request: Request, response: Response, status: int) -> Fate:
        """End a request that the application left unanswered."""
        if response.started:
            return self._abort()
        return self._refuse(status, request.environ[REQUEST_ID])

    def _refuse(self, status: int, request_id: str) -> Fate:
        """Answer in the application's stead, and end the connection."""
        self._refused = status
        refusal = plain(status, HTTPStatus(status).phrase, request_id)
        try:
            self._sock.sendall(refusal, socket.MSG_DONTWAIT)
        except OSError:
            return Fate.CLOSE
        return self._hang_up()

    def _hang_up(self) -> Fate:
        """Say that nothing follows; closing at once could destroy the response in flight."""
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            return Fate.CLOSE
        self.discarding = True
        self.deadline = time.monotonic() + _DISCARD_SECONDS
        return Fate.DISCARD

    def _abort(self) -> Fate:
        """Cut a response that cannot be completed, so that the client cannot take it for whole."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        return Fate.CLOSE
