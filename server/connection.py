"""One client connection: requests in, responses out, in order, on a blocking socket."""

import contextlib
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
from server.exchange import (
    AUTHENTICATED,
    CLIENT_GONE,
    GONE,
    REQUEST_ID,
    Caller,
    Observer,
    Unobserved,
    new_request_id,
)
from server.gathering import HeadScan, Scan, scan_of
from server.input import Body, ChunkedBody, NoBody, SizedBody, patience
from server.request import BadRequestError, Beginning, Request, check_size
from server.response import BrokenResponseError, ClientGoneError, Response, plain
from server.waiting import SLOWEST, Pace, Terms, Timeouts, Wait

_PIECE: Final = 65536
_DRIP: Final = 1024  # who sends fewer bytes of a request at once is not looked at again at once
_BLANK_LINES: Final = 4
_CHUNKED_SECONDS: Final = 0.5
_DISCARD_SECONDS: Final = 5.0
_ABORT: Final = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset
_NO_BODY: Final = NoBody()


class Fate(enum.Enum):
    """What becomes of a connection that its thread leaves."""

    PARK = enum.auto()  # wait in the poller for the client: to send, or to take
    AGAIN = enum.auto()  # there is more to do, but others come first
    CLOSE = enum.auto()
    DISCARD = enum.auto()  # the last response is sent; drop what the client still sends, then close


@dataclass(slots=True)
class Site:
    """What the connections of one worker share.

    environ: the entries that are the same for all requests; crowded: whether other connections
    wait for a thread; stopping: finish the requests that have begun, begin no others; observer:
    whom to tell about each request.
    """

    application: WSGIApplication
    environ: WSGIEnvironment
    terms: Terms
    log: Logger
    crowded: Callable[[], bool]
    stopping: bool = False
    observer: Observer = field(default_factory=Unobserved)

    @property
    def timeouts(self) -> Timeouts:
        """How long each kind of waiting may take."""
        return self.terms.timeouts


class _Exchange:
    """A request with its response. began: when (time.perf_counter); pace: see ``Pace``."""

    __slots__ = ("began", "body", "caller", "pace", "request", "response")

    def __init__(self, request: Request, body: Body, response: Response, caller: Caller) -> None:
        self.request = request
        self.body = body
        self.response = response
        self.caller = caller
        self.began = time.perf_counter()
        self.pace: Pace | None = None


class Connection:
    """A socket and what has been read from it; one thread at a time works on it.

    Between requests, while a request's head or small body comes, and while the client takes
    nothing of a response, it is in the poller. deadline: when the poller asks what to do
    (time.monotonic); discarding: see Fate.DISCARD; gathering: a request has begun to come;
    dripping: hardly anything came of it the last time; answering: a response has begun.
    """

    __slots__ = (
        "_base",
        "_blank_lines",
        "_buffer",
        "_exchange",
        "_head_began",
        "_refused",
        "_request",
        "_scan",
        "_site",
        "_sock",
        "_started_with",
        "deadline",
        "discarding",
        "dripping",
        "fileno",
    )

    def __init__(self, sock: socket.socket, address: tuple[str, int], site: Site) -> None:
        self._sock = sock
        self._site = site
        # The kernel keeps the time: a blocking recv with a limit is one system call, not two.
        sock.setblocking(True)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience(site.timeouts.linger))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience(site.timeouts.push))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._base = {
            **site.environ,
            "REMOTE_ADDR": address[0],
            "REMOTE_PORT": str(address[1]),
        }
        self._buffer: bytes | bytearray = b""
        self._head_began = 0.0
        self._blank_lines = 0
        self._request: Request | None = None  # whose body is still to come
        self._scan: Scan | None = None
        self._started_with = 0
        self._exchange: _Exchange | None = None  # whose response the client has to take
        self._refused = 0  # the status that was sent in the application's stead
        self.fileno = sock.fileno()
        self.deadline = time.monotonic() + site.timeouts.idle
        self.discarding = False
        self.dripping = False

    @property
    def gathering(self) -> bool:
        """Whether a head or a small body is on its way."""
        return self._scan is not None

    @property
    def answering(self) -> bool:
        """Whether a response has begun that the client has to take."""
        return self._exchange is not None

    @property
    def is_idle(self) -> bool:
        """Whether no request has begun, and no response is under way."""
        return not (self._scan or self._exchange or self.discarding)

    def serve(self) -> Fate:
        """Answer requests until the client pauses, others are waiting, or the end."""
        try:
            fate = self._resume()
            while fate is None:
                fate = self._serve_next()
        except BadRequestError as error:
            return self._turn_away(error.status)
        except OSError:
            return Fate.CLOSE
        return fate

    def gather(self) -> bool:
        """Receive what has come of a begun request; whether it is a thread's turn."""
        try:
            piece = self._sock.recv(_PIECE, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True
        self._buffer += piece
        self.dripping = len(piece) < _DRIP
        return not piece or self._scan is None or self._scan.is_settled(self._buffer)

    def expire(self) -> Fate:
        """Say what becomes of a parked connection whose deadline has passed."""
        if self.discarding:
            return Fate.CLOSE
        if self._exchange is not None:
            return self._check_pace(self._exchange)
        if self._request is not None:
            enough = SLOWEST * self._site.timeouts.body
            if self._request.chunked or len(self._buffer) - self._started_with >= enough:
                return Fate.AGAIN
            return self._turn_away(408)
        return self._turn_away(408) if self._buffer else Fate.CLOSE

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
        """Close the socket; a response that is under way ends here."""
        if self._exchange is not None:
            self._abandon(self._exchange)
        self._sock.close()

    def _resume(self) -> Fate | None:
        """Go on where the connection was parked."""
        exchange, request = self._exchange, self._request
        self.dripping = False
        if exchange is not None:
            self._exchange = None
            self._site.observer.begin(exchange.request.environ)
            return self._proceed(exchange)
        if request is not None:
            self._request = self._scan = None
            self._buffer = bytes(self._buffer)
            return self._answer(request)
        return None

    def _serve_next(self) -> Fate | None:
        """Answer one request; None when the connection goes on."""
        request = self._next_request()
        if request is None:
            return Fate.PARK
        on_its_way = request.chunked or request.length > len(self._buffer)
        if on_its_way and not self._is_there(request):
            return Fate.PARK
        fate = self._answer(request)
        if fate is None and self._site.crowded():
            if self._buffer:
                return Fate.AGAIN
            self.deadline = time.monotonic() + self._site.timeouts.idle
            return Fate.PARK
        return fate

    def _next_request(self) -> Request | None:
        """Read a head; None when the client pauses.

        Raises: BadRequestError; OSError, ConnectionError when the client has gone.
        """
        data = bytes(self._buffer)
        while True:
            if data:
                if data[0] in b"\r\n":
                    data = self._skip_lines(data)
                end = data.find(b"\r\n\r\n") + 4
                if end > 3:
                    head, self._buffer = data[:end], data[end:]
                    self._head_began, self._blank_lines, self._scan = 0.0, 0, None
                    check_size(head)
                    return Request(head, self._base)
                if not self._may_linger(data):
                    return None
            try:
                piece = self._sock.recv(_PIECE)
            except BlockingIOError:
                self._pause(data)
                return None
            if not piece:
                raise ConnectionError
            data = data + piece if data else piece

    def _skip_lines(self, data: bytes) -> bytes:
        """Drop the few empty lines that may stand before a request (RFC 9112 §2.2).

        Raises: BadRequestError.
        """
        while data.startswith(b"\r\n"):
            data = data[2:]
            self._blank_lines += 1
        if self._blank_lines > _BLANK_LINES or (data and data[0] in b"\r\n" and data != b"\r"):
            raise BadRequestError(400, "too many empty lines, or bare ones")
        self._head_began = self._head_began or time.monotonic()
        return data

    def _may_linger(self, data: bytes) -> bool:
        """Whether a thread waits for the rest of a head; its clock runs from its first byte.

        Raises: BadRequestError: it is wrong already.
        """
        now = time.monotonic()
        if not self._head_began:
            self._head_began = now
        if now - self._head_began <= self._site.timeouts.linger:
            if data and data != b"\r":
                Beginning().check(data)
            return True
        if now - self._head_began > self._site.timeouts.head:
            raise BadRequestError(408, "a head that takes too long")
        self._pause(data)
        return False

    def _pause(self, data: bytes) -> None:
        """Leave a head, begun or not, to the poller."""
        timeouts = self._site.timeouts
        if not self._head_began:
            self._buffer, self._scan = data, None
            self.deadline = time.monotonic() + timeouts.idle
            return
        self.deadline = self._head_began + timeouts.head
        self._gather(HeadScan(), data)

    def _is_there(self, request: Request) -> bool:
        """Whether the body has come as far as the poller would receive it; else leave it to it."""
        scan = scan_of(request)
        if scan is None or scan.is_settled(self._buffer):
            return True
        timeouts = self._site.timeouts
        until = time.monotonic() + timeouts.linger
        with contextlib.suppress(BlockingIOError):
            while time.monotonic() <= until:
                piece = self._sock.recv(_PIECE)
                self._buffer += piece
                if not piece or scan.is_settled(self._buffer):
                    return True
        self._request = request
        self._gather(scan, self._buffer)
        # A chunked body may go on for long, and be unwanted: the application soon sees it.
        seconds = min(timeouts.body, _CHUNKED_SECONDS) if request.chunked else timeouts.body
        self.deadline = time.monotonic() + seconds
        return False

    def _gather(self, scan: Scan, data: bytes | bytearray) -> None:
        """Let the poller receive on."""
        scan.is_settled(data)
        self._scan, self._buffer = scan, bytearray(data)
        self._started_with = len(data)
        self.dripping = False

    def _body(self, request: Request, caller: Caller) -> Body:
        if not request.chunked and not request.length:
            return _NO_BODY
        wait = Wait(self._site.terms, caller, request.environ)
        pending, expects = bytes(self._buffer), request.expects
        if request.chunked:
            return ChunkedBody(self._sock, pending, wait, expects=expects)
        return SizedBody(self._sock, pending, wait, expects=expects, length=request.length)

    def _answer(self, request: Request) -> Fate | None:
        """Answer a request, watched; None when the connection goes on."""
        caller = Caller()
        environ = request.environ
        environ[REQUEST_ID] = new_request_id()
        environ[CLIENT_GONE] = self.is_gone
        environ[AUTHENTICATED] = caller.authenticate
        environ["wsgi.input"] = body = self._body(request, caller)
        keep_alive = request.keep_alive and not self._site.stopping
        response = Response(self._sock, request, body, keep_alive=keep_alive)
        self._site.observer.begin(environ)
        return self._proceed(_Exchange(request, body, response, caller))

    def _proceed(self, exchange: _Exchange) -> Fate | None:
        """Begin or go on with an answer; None when the connection goes on after it."""
        fate = self._run(exchange)
        if self._exchange is None:
            self._note_end(exchange)
        return fate

    def _note_end(self, exchange: _Exchange) -> None:
        response, body = exchange.response, exchange.body
        seconds = time.perf_counter() - exchange.began
        status = response.status or self._refused or GONE
        environ = exchange.request.environ
        self._site.observer.end(environ, status, body.taken, response.sent, seconds)

    def _run(self, exchange: _Exchange) -> Fate | None:
        """Let the application answer; None when the connection goes on."""
        response, body = exchange.response, exchange.body
        try:
            complete = response.run(self._site.application)
        except ClientGoneError:
            return Fate.CLOSE
        except BodyError as error:
            return self._cut(exchange, error.status)
        except (Exception, SystemExit) as error:
            self._report(exchange.request, error)
            return self._cut(exchange, 500)
        finally:
            body.end()
        return self._complete(response, body) if complete else self._wait_for(exchange)

    def _complete(self, response: Response, body: Body) -> Fate | None:
        """Leave a request that has been answered; None when the connection goes on."""
        if body is not _NO_BODY:
            return self._finish(body, keep_alive=response.keep_alive)
        if response.keep_alive:
            return None
        return self._hang_up() if self._buffer else Fate.CLOSE

    def _wait_for(self, exchange: _Exchange) -> Fate:
        """Leave a response to the poller until the client has taken some of it."""
        self._exchange = exchange
        self._site.observer.pause()
        now = time.monotonic()
        if exchange.pace is None:
            exchange.pace = Pace(now, exchange.response.taken)
        self.deadline = exchange.pace.since + self._site.timeouts.send
        return Fate.PARK

    def _check_pace(self, exchange: _Exchange) -> Fate:
        """Go on waiting for a client that has taken something; of a stranger, enough."""
        terms, pace, now = self._site.terms, exchange.pace, time.monotonic()
        taken = exchange.response.taken
        least = 1.0
        if pace is not None and not exchange.caller.known:
            least = terms.strangers.rate * (now - pace.since)
        if pace is not None and taken - pace.taken < least:
            return self._abort()
        exchange.pace = Pace(now, taken)
        self.deadline = now + terms.timeouts.send
        return Fate.PARK

    def _abandon(self, exchange: _Exchange) -> None:
        """End a response that the client will not have."""
        self._exchange = None
        self._site.observer.begin(exchange.request.environ)
        try:
            exchange.response.close()
        except Exception as error:
            self._report(exchange.request, error)
        self._note_end(exchange)

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
        environ = self._request.environ if self._request is not None else self._base
        environ = {**environ, REQUEST_ID: new_request_id()}
        self._request = self._scan = None
        fate = self._refuse(status, environ[REQUEST_ID])
        self._site.observer.end(environ, status, 0, 0, 0.0)
        return fate

    def _cut(self, exchange: _Exchange, status: int) -> Fate:
        """End a request that the application left unanswered."""
        if exchange.response.started:
            return self._abort()
        return self._refuse(status, exchange.request.environ[REQUEST_ID])

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
