"""What a write demands of the state that it replaces (contract §3.3)."""

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_http_date_safe

from pithos_api.values import Conditions, DeleteConditions, Dialect
from web.conditions import tags
from web.errors import InvalidHeaderError, InvalidRequest

# Of a whole number that 64 bits hold.
_MAX_DIGITS = 19

_OF_DELETIONS = (
    *("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
    "HTTP_X_IF_DELETE_AT",
)


class ConditionRefusedError(InvalidRequest):
    """The deletion cannot have a condition. parameter: what makes it so."""

    def __init__(self, parameter: str) -> None:
        super().__init__(f"a deletion with {parameter} takes no condition, such as If-Match")


def write_conditions(request: WSGIRequest) -> Conditions:
    """Return what a write demands of the current version. Dates apply to deletions only."""
    return Conditions(tags(request, "HTTP_IF_MATCH"), tags(request, "HTTP_IF_NONE_MATCH"))


def delete_conditions(request: WSGIRequest, dialect: Dialect) -> DeleteConditions | None:
    """Return what a deletion demands of what it deletes, None if that is nothing.

    Beside If-Match a date counts in Swift's dialect only (RFC 9110 §13.1.4).

    Raises: InvalidHeaderError.
    """
    meta = request.META
    if meta.keys().isdisjoint(_OF_DELETIONS):
        return None
    demanded = write_conditions(request)
    since = meta.get("HTTP_IF_UNMODIFIED_SINCE")
    if demanded.if_match is not None and dialect is Dialect.PITHOS:
        since = None
    return DeleteConditions(
        tags=demanded,
        unmodified_since=None if since is None else parse_http_date_safe(since),
        delete_at=_delete_at(meta.get("HTTP_X_IF_DELETE_AT")),
    )


def _delete_at(value: str | None) -> int | None:
    if value is None:
        return None
    text = value.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < _MAX_DIGITS):
        raise InvalidHeaderError("X-If-Delete-At", "is not a whole number of seconds")
    return int(text)


def refuse_conditions(request: WSGIRequest, parameter: str) -> None:
    """Refuse conditions where there is no one state that they could be about.

    Raises: ConditionRefusedError.
    """
    if not request.META.keys().isdisjoint(_OF_DELETIONS):
        raise ConditionRefusedError(parameter)
