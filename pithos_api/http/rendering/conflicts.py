"""What stands in a request's way, as the lists that clients read instead of a fault."""

from collections.abc import Sequence

import orjson
from lxml import etree

from pithos_api.errors import GrantConflictError, MissingBlocksError
from pithos_api.http.rendering.digests import digests_in_json, in_hex, with_digests
from web.documents import document, text_lines
from web.faults import fault_reply
from web.negotiation import Format, negotiate
from web.reply import Reply
from web.request_head import RequestHead


def conflicts_reply(error: Exception, head: RequestHead) -> Reply | None:
    """Return 409 with blocks that are missing, or paths with a sharing of their own.

    None for any other error.
    """
    form = negotiate(head)
    if isinstance(error, MissingBlocksError):
        return fault_reply(error, head, form, _missing(form, error.digests))
    if isinstance(error, GrantConflictError):
        return fault_reply(error, head, form, _render(form, error.paths))
    return None


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


def _missing(form: Format, digests: Sequence[bytes]) -> bytes:
    """Return the blocks that a map lacks, which may be all of 240,000."""
    if form is Format.TEXT:
        return in_hex(digests, b"%b\n")
    if form is Format.JSON:
        return digests_in_json(digests)
    return with_digests(etree.Element("conflicts"), b"conflict", digests)
