"""What stands in a request's way, as the lists that clients read instead of a fault."""

from collections.abc import Sequence

import orjson
from django.core.handlers.wsgi import WSGIRequest
from lxml import etree

from pithos_api.errors import GrantConflictError, MissingBlocksError
from web.documents import document, text_lines
from web.faults import fault_reply
from web.negotiation import Format, negotiate
from web.reply import Reply


def conflicts_reply(error: Exception, request: WSGIRequest) -> Reply | None:
    """Return 409 with blocks that are missing, or paths with a sharing of their own.

    None for any other error.
    """
    if isinstance(error, MissingBlocksError):
        listed = [digest.hex() for digest in error.digests]
    elif isinstance(error, GrantConflictError):
        listed = list(error.paths)
    else:
        return None
    form = negotiate(request)
    return fault_reply(error, request, form, _render(form, listed))


def _render(form: Format, conflicts: Sequence[str]) -> bytes:
    """Return what stands in the way: missing blocks, or paths with sharing of their own."""
    if form is Format.TEXT:
        return text_lines(conflicts)
    if form is Format.JSON:
        return orjson.dumps(list(conflicts))
    root = etree.Element("conflicts")
    for conflict in conflicts:
        etree.SubElement(root, "conflict").text = conflict
    return document(root)
