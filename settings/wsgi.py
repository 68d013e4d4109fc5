"""The WSGI application: object API and monitoring without Django's handler, the rest with it."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

from settings import database

database.ensure_running()  # under a foreign server nobody else has; elsewhere it is a no-op
_django = get_wsgi_application()

from accounts.logins.signing_key import share_signing_key  # noqa: E402 - needs Django set up
from pithos_api.http.handler import application as _object_api  # noqa: E402 - needs Django set up
from pithos_api.http.monitoring.views import application as _monitoring  # noqa: E402

share_signing_key()  # all processes, under whatever server, know each other's sessions

_OBJECT_API = frozenset({"v1", "v1.0", "public", "info"})
# Without Django's middleware: probes come without a host name, and before TLS.
_MONITORED = frozenset({"healthz", "readyz", "metrics"})


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Serve one request: /v1 and /v1.0 and what is below them is the object API.

    The raw path decides where the server gives it: ``/%761/`` is not /v1, and ``/v1%2Fa`` is a
    name, not a path below it.
    """
    path = environ.get("RAW_URI") or environ.get("PATH_INFO", "")
    first = path.partition("?")[0].split("/", 2)
    if first[0] == "" and len(first) > 1 and first[1] in _OBJECT_API:
        return _object_api(environ, start_response)
    if first[0] == "" and len(first) == 2 and first[1] in _MONITORED:
        return _monitoring(environ, start_response)
    return _django(environ, start_response)
