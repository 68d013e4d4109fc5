"""Replies about images."""

import orjson
from django.utils.http import http_date

from pithos_api.values.requests import ReadObject
from web.bodies.data import DataSource, data_reply
from web.fields.conditions import read_conditions, read_validator
from web.json_values import JSONValue
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.request_head import RequestHead

JSON_TYPE = ("Content-Type", CONTENT_TYPES[Format.JSON])

# Whatever an image holds, a browser saves it.
_SAFE = (
    ("Content-Type", "application/octet-stream"),
    ("Content-Disposition", "attachment"),
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ("Accept-Ranges", "bytes"),
)


def json_reply(status: int, content: JSONValue, *headers: tuple[str, str]) -> Reply:
    """Return a JSON document."""
    return Reply(status, [JSON_TYPE, *headers], orjson.dumps(content))


def image_data_reply(head: RequestHead, source: DataSource, *headers: tuple[str, str]) -> Reply:
    """Return an image's bytes, or the range that is asked for.

    Raises: ConditionFailedError, RangeError; BlockNotFoundError, BlockDamagedError.
    """
    wanted = ReadObject(
        conditions=read_conditions(head),
        range=head.fields.get("HTTP_RANGE") or None,
        if_range=read_validator(head),
    )
    fields = [*_SAFE, *headers]
    subject = source.subject
    if subject.etags:
        fields.append(("ETag", subject.etags[0].hex()))
    if subject.modified is not None:
        fields.append(("Last-Modified", http_date(subject.modified.timestamp())))
    return data_reply(wanted, source, fields)
