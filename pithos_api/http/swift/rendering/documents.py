"""Documents and pages with the media types that Swift writes: programs compare them."""

from collections.abc import Callable
from typing import TypeVar

from pithos_api.http.operations.rights import P
from pithos_api.http.operations.table import Call
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Headers, Reply

V = TypeVar("V")

DOCUMENTS = {form: media_type.lower() for form, media_type in CONTENT_TYPES.items()}

PAGE = ("Content-Type", "text/html; charset=UTF-8")
"""Of replies that are no documents, also where they have no body."""

PLAIN = ("Content-Type", "text/plain")


def listing_reply(form: Format, body: bytes, headers: Headers) -> Reply:
    """Return a listing; an empty one in text is 204."""
    status = 200 if body or form is not Format.TEXT else 204
    return Reply(status, [*headers, ("Content-Type", DOCUMENTS[form])], body)


def as_page(perform: Callable[[Call[P, V]], Reply]) -> Callable[[Call[P, V]], Reply]:
    """Return the operation with a reply that says to be a page."""

    def performed(call: Call[P, V]) -> Reply:
        reply = perform(call)
        reply.headers.append(PAGE)
        return reply

    return performed
