"""What a reader says of the state that it knows or demands (contract §3.3)."""

from django.utils.http import parse_http_date_safe

from web.conditions import ReadConditions, Validator, tag, tags
from web.request_head import RequestHead

_OF_READS = (
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"),
    *("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
)


def read_conditions(head: RequestHead) -> ReadConditions | None:
    """Return what a reader knows or demands, None if that is nothing."""
    fields = head.fields
    if fields.keys().isdisjoint(_OF_READS):
        return None
    return ReadConditions(
        if_match=tags(fields.get("HTTP_IF_MATCH")),
        if_none_match=tags(fields.get("HTTP_IF_NONE_MATCH")),
        unmodified_since=http_seconds(fields.get("HTTP_IF_UNMODIFIED_SINCE")),
        modified_since=http_seconds(fields.get("HTTP_IF_MODIFIED_SINCE")),
    )


def read_validator(head: RequestHead) -> Validator | None:
    """Return which state ``If-Range`` names, None if it is absent or empty."""
    value = head.fields.get("HTTP_IF_RANGE", "").strip()
    if not value:
        return None
    if value.startswith("W/"):  # names no bytes (RFC 9110 §13.1.5)
        return Validator()
    modified = http_seconds(value)
    return Validator(modified=modified, etag=tag(value) if modified is None else None)


def http_seconds(value: str | None) -> int | None:
    """Return the seconds since the epoch that an HTTP date says, None for anything else."""
    return None if value is None else parse_http_date_safe(value)
