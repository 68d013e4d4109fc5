from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.views import View

from pithos_api.http.conditions import Subject, is_unmodified
from pithos_api.http.faults import MethodNotAllowed
from pithos_api.http.negotiation import CONTENT_TYPES, Format


class APIView(View):
    """A resource: one method per verb, each lists the statuses it answers with."""

    http_method_names = ["get", "head", "put", "post", "delete", "copy", "move"]  # noqa: RUF012

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> NoReturn:
        allowed = [name.upper() for name in self.http_method_names if hasattr(self, name)]
        raise MethodNotAllowed(request.method, allowed)


def reply(status: int, headers: Iterable[tuple[str, str]] = ()) -> HttpResponse:
    """Return a reply without a body."""
    response = HttpResponse(status=status)
    del response["Content-Type"]
    for name, value in headers:
        response[name] = value
    return response


def listing_reply(form: Format, body: bytes, headers: Iterable[tuple[str, str]]) -> HttpResponse:
    """Return a listing; an empty one in text is 204 (contract §2.2)."""
    if form is Format.TEXT and not body:
        return reply(204, headers)
    response = HttpResponse(body, content_type=CONTENT_TYPES[form])
    for name, value in headers:
        response[name] = value
    return response


def not_modified(
    request: WSGIRequest, subject: Subject, headers: Iterable[tuple[str, str]]
) -> HttpResponse | None:
    """Return 304 with ETag and Last-Modified if the conditions say so, else None.

    Raises: ConditionFailedError: 412.
    """
    if not is_unmodified(request, subject):
        return None
    kept = [field for field in headers if field[0] in {"ETag", "Last-Modified"}]
    return reply(304, kept)
