"""The WSGI application: PROTOCOLS without Django's handler, the rest with it."""

import os
from collections.abc import Iterable
from typing import cast
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

from settings import database

database.ensure_running()  # under a foreign server nobody else has; elsewhere it is a no-op
_django = get_wsgi_application()

from accounts.logins.signing_key import share_signing_key  # noqa: E402 - needs Django set up
from accounts.middleware import MAX_BODY  # noqa: E402
from observability.observer import ELSEWHERE, ROUTE  # noqa: E402
from pithos_api.http import handler  # noqa: E402
from pithos_api.services import connections  # noqa: E402
from web import protocols  # noqa: E402
from web.bodies.pausing import COME_AGAIN  # noqa: E402
from web.protocols import ROUTED  # noqa: E402

share_signing_key()  # all processes, under whatever server, know each other's sessions
connections.share_with_workers()

_routes = protocols.installed()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Serve one request: what is below a prefix of PROTOCOLS goes past Django's handler.

    The raw path decides where the server gives it: ``/%761/`` is not /v1, and ``/v1%2Fa`` is a
    name, not a path below it.
    """
    if ROUTED in environ or _routes.serves(environ.get("RAW_URI") or environ.get("PATH_INFO", "")):
        return handler.application(environ, start_response)
    environ[ROUTE] = ELSEWHERE
    if not _has_small_body(environ):
        return cast(Iterable[bytes], environ[COME_AGAIN])
    return _django(environ, start_response)


def _has_small_body(environ: WSGIEnvironment) -> bool:
    """Return whether the body is at hand, as much as pages and logins read; else no thread waits.

    Who asks with a token whether to send is told by the view, which looks at the token first; but a
    login has its own in the body.

    Raises: OSError with a status: the body breaks, or comes too slowly.
    """
    if COME_AGAIN not in environ or int(environ.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return True
    if "HTTP_EXPECT" in environ and "HTTP_X_AUTH_TOKEN" in environ and not _is_login(environ):
        return True
    return bool(environ["wsgi.input"].gather(MAX_BODY + 1))


def _is_login(environ: WSGIEnvironment) -> bool:
    path = environ.get("PATH_INFO", "").rstrip("/")
    return bool(environ["REQUEST_METHOD"] == "POST" and path.endswith("/tokens"))
