from typing import ClassVar

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest
from pithos_api.http.conditions import Subject, is_unmodified
from pithos_api.http.faults import MethodNotAllowed
from pithos_api.http.negotiation import CONTENT_TYPES, Format
from pithos_api.http.reply import Headers, Reply
from pithos_api.values import Dialect

METHODS = ("get", "head", "put", "post", "delete", "copy", "move", "options")


class VersionRefusedError(InvalidRequest):
    def __init__(self, parameter: str, method: str | None) -> None:
        super().__init__(
            f"{parameter} cannot be used with {method}, which is about the current version;"
            " X-Source-Version copies another, until purges history"
        )


def refuse_version(request: WSGIRequest) -> None:
    """Refuse to change what is current for somebody who means a past version.

    Raises: VersionRefusedError.
    """
    for parameter in ("version", "version-id"):
        if parameter in request.GET:
            raise VersionRefusedError(parameter, request.method)


class APIView:
    """A resource: one method per verb, each lists the statuses it answers with."""

    dialect: ClassVar[Dialect] = Dialect.PITHOS

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb.

        Raises: MethodNotAllowed.
        """
        verb = str(request.method).lower()
        method = getattr(self, verb, None) if verb in METHODS else None
        if method is None:
            raise MethodNotAllowed(request.method, self.allowed())
        reply: Reply = method(request, *names)
        return reply

    def allowed(self) -> list[str]:
        """Return the verbs that the resource has."""
        return [verb.upper() for verb in METHODS if hasattr(self, verb)]


def listing_reply(form: Format, body: bytes, headers: Headers) -> Reply:
    """Return a listing; an empty one in text is 204 (contract §2.2)."""
    if form is Format.TEXT and not body:
        return Reply(204, list(headers))
    return Reply(200, [*headers, ("Content-Type", CONTENT_TYPES[form])], body)


def not_modified(request: WSGIRequest, subject: Subject, headers: Headers) -> Reply | None:
    """Return 304 with ETag and Last-Modified if the conditions say so, else None.

    Raises: ConditionFailedError: 412.
    """
    if not is_unmodified(request, subject):
        return None
    return Reply(304, [field for field in headers if field[0] in {"ETag", "Last-Modified"}])
