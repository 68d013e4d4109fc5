"""Each request has an id, and whoever watches the server learns of its begin and its end."""

from random import getrandbits
from time import time
from typing import Final, Protocol
from wsgiref.types import WSGIEnvironment

REQUEST_ID: Final = "server.request_id"
"""The environ key of a request's id."""

KEEPS_ID: Final = "server.keeps_id"
"""The environ key that the application sets where the response shall not tell the request's id."""

SENDS_FILES: Final = "server.sends_files"
"""The environ key of a server whose responses may have a ``FilePiece`` in place of bytes."""

CLIENT_GONE: Final = "server.client_gone"
"""The environ key of a call without arguments: whether the client has hung up meanwhile."""

AUTHENTICATED: Final = "server.authenticated"
"""The environ key of what to call once it is known who sends the request, with a name for them.

All requests with one name share what one party may have (``server.transfers``)."""

COME_AGAIN: Final = "server.come_again"
"""The environ key of what an application returns in place of a response where the body does not go
on: see ``BodyInput.receive``. It is called again with the same environ. If nothing more has to come
for that, it is called again after a second: so it can leave its thread to others. Only requests
with a body have it."""

AGAIN: Final[tuple[bytes, ...]] = (b"",)
"""What stands for that: this very object."""

GONE: Final = 499
"""What stands for the status of a request whose client left before it was answered."""


def new_request_id() -> str:
    """Return an id in OpenStack Swift's form: ``tx``, 84 random bits, ``-``, the time; in hex."""
    return f"tx{getrandbits(84):021x}-{int(time()):010x}"


class Caller:
    """Who sends a request. known: the application has found out; before, it is a stranger.

    name: what the application calls them then.
    """

    __slots__ = ("known", "name")

    def __init__(self) -> None:
        self.known = False
        self.name = ""

    def authenticate(self, name: str) -> None:
        """Note that the application knows who it is."""
        self.known = True
        self.name = name


class FilePiece(Protocol):
    """The bytes from ``start`` to ``stop`` of the file ``fd``, open until the next is asked for."""

    @property
    def fd(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def stop(self) -> int: ...
    def __len__(self) -> int: ...
    def __bytes__(self) -> bytes: ...


class Observer(Protocol):
    """Watches the requests of one worker process, in the threads that serve them.

    Both calls cost every request their time, and must not raise.
    """

    def begin(self, environ: WSGIEnvironment) -> None:
        """Note that this thread is about to work on the request, for the first time or again."""

    def pause(self) -> None:
        """Note that this thread leaves its request for now: the client takes no more of it."""

    def end(
        self, environ: WSGIEnvironment, status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Note the answer: bytes of the two bodies, seconds from the head's end to the last byte.

        Where the head could not be read, nothing has begun and ``environ`` lacks the method.
        """


class Unobserved:
    """The observer of a server that nobody watches."""

    def begin(self, environ: WSGIEnvironment) -> None:
        """Do nothing."""

    def pause(self) -> None:
        """Do nothing."""

    def end(
        self, environ: WSGIEnvironment, status: int, received: int, sent: int, seconds: float
    ) -> None:
        """Do nothing."""
