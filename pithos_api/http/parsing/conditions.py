"""What a request demands of the state that it replaces or deletes (contract §3.3)."""

from pithos_api.http.parsing.times import integer
from pithos_api.values import Conditions, DeleteConditions
from web.conditions import tags
from web.errors import InvalidHeaderError, InvalidRequest
from web.fields.conditions import http_seconds
from web.request_head import RequestHead

_OF_DELETIONS = (
    *("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
    "HTTP_X_IF_DELETE_AT",
)


class ConditionRefusedError(InvalidRequest):
    """The request cannot have a condition. parameter: what makes it so."""

    def __init__(self, parameter: str) -> None:
        super().__init__(f"a request with {parameter} takes no condition, such as If-Match")


def write_conditions(head: RequestHead) -> Conditions:
    """Return what a write demands of the current version. Dates apply to deletions only."""
    fields = head.fields
    return Conditions(tags(fields.get("HTTP_IF_MATCH")), tags(fields.get("HTTP_IF_NONE_MATCH")))


def delete_conditions(head: RequestHead) -> DeleteConditions | None:
    """Return what a deletion demands of what it deletes, None if that is nothing.

    Raises: InvalidHeaderError.
    """
    fields = head.fields
    if fields.keys().isdisjoint(_OF_DELETIONS):
        return None
    return DeleteConditions(
        tags=write_conditions(head),
        unmodified_since=http_seconds(fields.get("HTTP_IF_UNMODIFIED_SINCE")),
        delete_at=_delete_at(fields.get("HTTP_X_IF_DELETE_AT")),
    )


def refuse_conditions(head: RequestHead, parameter: str) -> None:
    """Refuse conditions where there is no one state that they could be about.

    Raises: ConditionRefusedError.
    """
    if not head.fields.keys().isdisjoint(_OF_DELETIONS):
        raise ConditionRefusedError(parameter)


def _delete_at(value: str | None) -> int | None:
    if value is None:
        return None
    seconds = integer(value.strip())
    if seconds is None:
        raise InvalidHeaderError("X-If-Delete-At", "is not a whole number of seconds")
    return seconds
