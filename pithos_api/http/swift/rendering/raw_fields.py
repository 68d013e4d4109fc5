"""What users said, as Swift's clients are told: UTF-8 as it is, and ``%`` too."""

from collections.abc import Iterable
from urllib.parse import unquote

from pithos_api.values import Details
from web.fields.encoding import utf8, visible

Fields = list[tuple[str, str]]

_META = ("X-Account-Meta-", "X-Container-Meta-", "X-Object-Meta-")


def with_raw_metadata(headers: Iterable[tuple[str, str]]) -> Fields:
    """Return headers with the values of metadata, which are percent-encoded, as they are.

    Names stay percent-encoded: Python's own HTTP client loses all headers behind one that is not
    ASCII (bpo-37093).
    """
    return [
        (name, utf8(unquote(value)) if "%" in value and name.startswith(_META) else value)
        for name, value in headers
    ]


def with_raw_fields(headers: Iterable[tuple[str, str]], details: Details) -> Fields:
    """Return an object's headers with what was said of it as it is."""
    told = with_raw_metadata(headers)
    said = (details.content_type, details.content_encoding, details.content_disposition)
    raw = {visible(text): utf8(text) for text in said if text and not text.isascii()}
    return [(name, raw.get(value, value)) for name, value in told] if raw else told
