"""One client connection: requests in, responses out, in order, on a blocking socket."""

import socket
import time
from functools import partial
from typing import Final
from wsgiref.types import WSGIEnvironment

from server.bodies.body import NO_BODY, BodyInput
from server.bodies.chunked import ChunkedBody
from server.bodies.receiving import patience
from server.bodies.sized import SizedBody
from server.connections import endings
from server.connections.answering import Answering
from server.connections.fate import Fate
from server.connections.incoming import Incoming
from server.connections.site import Site
from server.exchange import (
    AGAIN,
    AUTHENTICATED,
    CLIENT_GONE,
    COME_AGAIN,
    REQUEST_ID,
    Caller,
    new_request_id,
)
from server.requests.gathering import SMALL
from server.requests.request import BadRequestError, Request
from server.responses.sending import Sender
from server.waiting import Wait

_DISCARD_SECONDS: Final = 5.0


class Connection:
    """A socket and what has been read from it; one thread at a time works on it.

    It is in the poller between requests, while a request's head or small body comes, while a
    larger body does not go on, and while the client takes nothing of a response. deadline: when
    the poller asks what to do (time.monotonic); discarding: see Fate.DISCARD.
    """

    __slots__ = (
        "_answer",
        "_base",
        "_incoming",
        "_sender",
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
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience(site.timeouts.push))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._base = {
            **site.environ,
            "REMOTE_ADDR": address[0],
            "REMOTE_PORT": str(address[1]),
            CLIENT_GONE: partial(endings.is_gone, sock),
        }
        self._incoming = Incoming(sock, site.timeouts)
        self._sender = Sender(sock)
        self._answer: Answering | None = None  # whose response the client has to take
        self.fileno = sock.fileno()
        self.deadline = time.monotonic() + site.timeouts.idle
        self.discarding = False

    @property
    def dripping(self) -> bool:
        """Whether hardly anything came the last time of what is received here."""
        if self._answer is not None:
            return self._answer.receiving and self._answer.body.dripping
        return self._incoming.dripping

    @property
    def sending(self) -> bool:
        """Whether a response has begun that the client has to take."""
        return self._answer is not None and not self._answer.receiving

    @property
    def resting(self) -> bool:
        """Whether nothing of the client is waited for, but only its deadline."""
        return self._answer is not None and self._answer.resting

    @property
    def is_idle(self) -> bool:
        """Whether no request has begun, and no response is under way."""
        return not (self._incoming.gathering or self._answer or self.discarding)

    @property
    def has_left(self) -> bool:
        """Whether the client has closed, and all that it sent has been read."""
        return not self._incoming.buffer and endings.is_read_up(self._sock)

    def serve(self) -> Fate:
        """Answering requests until the client pauses, others are waiting, or the end."""
        try:
            fate = self._resume()
            while fate is None:
                self._site.terms.release()
                fate = self._serve_next()
        except BadRequestError as error:
            fate = self._turn_away(error.status)
        except OSError:
            fate = Fate.CLOSE
        finally:
            self._site.terms.release()
        return self._leave(fate)

    def go_on(self) -> bool:
        """Do in the poller what can be done without waiting; whether it is a thread's turn."""
        if self._answer is not None:
            return self._answer.go_on()
        return not self._incoming.gathering or self._incoming.gather()

    def receive_request(self) -> Request | None:
        """Receive a request in the poller, and hold it; return it if it has come whole.

        None: its small body is on its way, or it is a thread's turn.
        """
        incoming = self._incoming
        if self._answer is not None or incoming.gathering or incoming.request is not None:
            return incoming.request if incoming.has_whole_request() else None
        head = incoming.receive_head()
        if head is None:
            return None
        try:
            request = Request(head, self._base)
        except BadRequestError:
            incoming.put_back(head)
            return None
        if request.chunked or request.expects or request.length > SMALL:
            incoming.put_back(head)
            return None
        if incoming.hold(request):
            return request
        self.deadline = incoming.deadline
        return None

    def held_body(self, request: Request) -> bytes:
        """Return the whole body of the request that is held."""
        return bytes(self._incoming.buffer[: request.length])

    @property
    def asked_environ(self) -> WSGIEnvironment:
        """The environ of the request that is held."""
        request = self._incoming.request
        return self._base if request is None else request.environ

    def answer_at_once(self) -> Fate:
        """Answer the request that is held, in the poller: nothing waits for the client."""
        self._sender.waits = False
        try:
            fate = self._resume()
        except OSError:
            fate = Fate.CLOSE
        finally:
            self._sender.waits = True
        if fate is None:
            fate = Fate.AGAIN if self._incoming.buffer else Fate.PARK
            self.deadline = time.monotonic() + self._site.timeouts.idle
        return self._leave(fate)

    def expire(self) -> Fate:
        """Say what becomes of a parked connection whose deadline has passed."""
        if self.discarding:
            return Fate.CLOSE
        if self._answer is not None:
            fate = self._answer.check_pace()
            self.deadline = self._answer.deadline
            return fate
        incoming = self._incoming
        if incoming.is_fast_enough():
            return Fate.AGAIN
        begun = incoming.request is not None or incoming.buffer
        return self._leave(self._turn_away(408)) if begun else Fate.CLOSE

    def discard(self) -> bool:
        """Drop what has arrived; False once the client has closed too."""
        return endings.discard(self._sock)

    def close(self) -> None:
        """Close the socket; a response that is under way ends here."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.abandon()
        self._sock.close()

    def _leave(self, fate: Fate) -> Fate:
        """Note what the poller has to know."""
        if fate is Fate.DISCARD:
            self.discarding = True
            self.deadline = time.monotonic() + _DISCARD_SECONDS
        return fate

    def _resume(self) -> Fate | None:
        """Go on where the connection was parked."""
        self._incoming.dripping = False
        answer, self._answer = self._answer, None
        if answer is not None:
            return self._proceed(answer)
        request = self._incoming.take_request()
        return self._begin(request) if request is not None else None

    def _serve_next(self) -> Fate | None:
        """Answering one request; None when the connection goes on."""
        incoming = self._incoming
        head = incoming.next_head()
        if head is None:
            return self._await_client()
        request = Request(head, self._base)
        on_its_way = request.chunked or request.length > len(incoming.buffer)
        if on_its_way and not incoming.has_body(request):
            return self._await_client()
        fate = self._begin(request)
        if fate is None and (self._site.terms.crowded() or self._site.batches(request)):
            if incoming.buffer:
                return Fate.AGAIN
            self.deadline = time.monotonic() + self._site.timeouts.idle
            return Fate.PARK
        return fate

    def _await_client(self) -> Fate:
        """Leave what is missing of a request to the poller."""
        self.deadline = self._incoming.deadline
        return Fate.PARK

    def _begin(self, request: Request) -> Fate | None:
        """Begin an answer; None when the connection goes on after it."""
        caller = Caller()
        environ = request.environ
        environ[REQUEST_ID] = new_request_id()
        environ[AUTHENTICATED] = caller.authenticate
        environ["wsgi.input"] = body = self._body(request, caller)
        if body is not NO_BODY:
            environ[COME_AGAIN] = AGAIN
        return self._proceed(Answering(self._site, self._sender, request, body, caller))

    def _body(self, request: Request, caller: Caller) -> BodyInput:
        if not request.chunked and not request.length:
            return NO_BODY
        wait = Wait(self._site.terms, caller, request.environ)
        pending, expects = bytes(self._incoming.buffer), request.expects
        if request.chunked:
            return ChunkedBody(self._sock, pending, wait, expects=expects)
        return SizedBody(self._sock, pending, wait, expects=expects, length=request.length)

    def _proceed(self, answer: Answering) -> Fate | None:
        """Begin or go on with an answer; None when the connection goes on after it."""
        fate = answer.run()
        if fate is None:
            fate = self._finish(answer)
        elif fate is Fate.PARK:
            self._answer = answer
            self.deadline = answer.deadline
            return fate
        answer.note_end()
        return fate

    def _finish(self, answer: Answering) -> Fate | None:
        """Go to the next request's first byte, or end the connection."""
        body, keep_alive = answer.body, answer.response.keep_alive
        if body is NO_BODY:
            if keep_alive:
                return None
            return endings.hang_up(self._sock) if self._incoming.buffer else Fate.CLOSE
        if not keep_alive or not body.drain():
            return endings.hang_up(self._sock)
        self._incoming.buffer = bytes(body.pending)
        if body.touched:
            limit = patience(self._site.timeouts.linger)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        return None

    def _turn_away(self, status: int) -> Fate:
        """Refuse what could not even be read as a request."""
        request = self._incoming.drop_request()
        environ = request.environ if request is not None else self._base
        environ = {**environ, REQUEST_ID: new_request_id()}
        fate = endings.refuse(self._sock, status, environ[REQUEST_ID])
        self._site.observer.end(environ, status, 0, 0, 0.0)
        return fate
