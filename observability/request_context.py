"""Where the request comes from that this thread serves: for logs and for the audit."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar
from urllib.parse import unquote
from wsgiref.types import WSGIEnvironment

from django.conf import settings

from observability.addresses import Address, client_address, find_client
from observability.redaction import target_without_secrets

P = ParamSpec("P")
T = TypeVar("T")

FOUND: Final = "store.found"
"""The environ key of what was found out for a request before it was begun."""

_NOWHERE: WSGIEnvironment = {}


class _Thread(threading.local):
    environ: WSGIEnvironment = _NOWHERE
    actor: Callable[[], str] | None = None


_thread = _Thread()


def enter(environ: WSGIEnvironment) -> None:
    """Say that this thread serves the request with this WSGI environ from now on.

    Nobody is said to act yet, whoever acted in this thread before.
    """
    _thread.environ, _thread.actor = environ, None


def leave() -> None:
    """Say that it serves none."""
    _thread.environ = _NOWHERE


def carried(call: Callable[P, T]) -> Callable[P, T]:
    """Return ``call`` for another thread, which then works for this thread's request."""
    environ = _thread.environ

    def working_for_it(*args: P.args, **kwargs: P.kwargs) -> T:
        own, _thread.environ = _thread.environ, environ
        try:
            return call(*args, **kwargs)
        finally:
            _thread.environ = own

    return working_for_it


@contextmanager
def acting(who: Callable[[], str]) -> Iterator[None]:
    """What happens inside is done by the account that ``who`` returns, "" for nobody who is known.

    ``who`` is asked only if something is written down.
    """
    before, _thread.actor = _thread.actor, who
    try:
        yield
    finally:
        _thread.actor = before


def act_as(account: str) -> None:
    """Say that ``account`` acts until this is said again; "" leaves it to who asks."""
    _thread.actor = (lambda: account) if account else None


def actor() -> str:
    """Return the account that acts, whosever rights it uses; "" where nobody has said."""
    return "" if _thread.actor is None else _thread.actor()


def authenticate(name: str) -> None:
    """Tell the server that it is known who sent this thread's request, if it wants to know.

    All requests with one name have one party's share of what slow clients may hold.
    """
    tell = _thread.environ.get("server.authenticated")
    if tell is not None:
        tell(name)


def take_found(kind: type[T]) -> T | None:
    """Return what of a kind was found out for this thread's request before, once; else None."""
    found = _thread.environ.get(FOUND)
    return _thread.environ.pop(FOUND) if isinstance(found, kind) else None


def stay_unknown() -> None:
    """Tell the server no name: whosever rights this thread's request uses, a stranger sent it."""
    _thread.environ.pop("server.authenticated", None)


def request_id() -> str:
    """Return the id of this thread's request, "" outside of requests."""
    return str(_thread.environ.get("server.request_id", ""))


def client_is_gone() -> bool:
    """Return whether the client of this thread's request has hung up, as far as it can be told."""
    asked = _thread.environ.get("server.client_gone")
    return asked is not None and bool(asked())


def client() -> Address | None:
    """Return the client of this thread's request, None if no address of theirs is known."""
    return find_client(*_hops(_thread.environ), settings.PITHOS_TRUSTED_PROXIES)


def target() -> str:
    """Return the path of this thread's request, without secrets; "" outside of requests."""
    path = _thread.environ.get("RAW_URI") or _thread.environ.get("PATH_INFO", "")
    return unquote(target_without_secrets(path.partition("?")[0]))


def address() -> str:
    """Return the address of the client of this thread's request, "" outside of requests."""
    return address_of(_thread.environ)


def address_of(environ: WSGIEnvironment) -> str:
    """Return the address of a request's client, behind the proxies of PITHOS_TRUSTED_PROXIES."""
    return client_address(*_hops(environ), settings.PITHOS_TRUSTED_PROXIES)


def _hops(environ: WSGIEnvironment) -> tuple[str, str]:
    return str(environ.get("REMOTE_ADDR", "")), str(environ.get("HTTP_X_FORWARDED_FOR", ""))
