"""What the views for clients share: no cookies, errors as JSON, nothing kept by caches."""

from collections.abc import Callable

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.logins import logins
from accounts.logins.logins import Login
from web.errors import PithosError
from web.faults import NAMES, headers_of, status_of
from web.json_values import JSONObject, JSONValue
from web.reply import Reply
from web.views import View

JSON = ("Content-Type", "application/json")


class ClientView(View):
    """A resource for programs. Their token is in a header, so that no CSRF is possible."""

    def fault(self, status: int, message: str) -> JSONObject:
        """Return the body of an error."""
        return {NAMES[status]: {"code": status, "message": message, "details": ""}}

    def rendered(self, request: WSGIRequest, status: int, content: JSONObject) -> Reply:
        """Return a document in the form that the request asks for; most resources have one."""
        return json_reply(status, content)

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb; what we foresaw is answered with a fault.

        All else is Django's logged 500.
        """
        try:
            reply = super().answer(request, *names)
        except PithosError as error:
            status = status_of(error)
            reply = self.rendered(request, status, self.fault(status, str(error)))
            reply.headers += headers_of(error, status)
        reply.headers += [("Cache-Control", "no-store"), ("Vary", "X-Auth-Token, Accept")]
        return reply


def caller_of(request: WSGIRequest) -> Login:
    """Return whose ``X-Auth-Token`` it is.

    Raises: LoginRefusedError.
    """
    return logins.log_in_by_token(request.headers.get("X-Auth-Token", ""))


def json_reply(status: int, content: JSONValue, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Return a JSON document."""
    return Reply(status, [JSON, *headers], orjson.dumps(content))


def served(view: ClientView) -> Callable[..., HttpResponse]:
    """Return ``view`` as Django's URLs call it."""

    @csrf_exempt
    def serve(request: WSGIRequest) -> HttpResponse:
        reply = view.answer(request)
        assert isinstance(reply.body, bytes)  # noqa: S101 - nothing here streams
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    return serve
