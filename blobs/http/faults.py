"""Errors as clients of blobs read them: the statuses of contract blobs b, and a line of text."""

from typing import Final

import orjson

from blobs.errors import NoRoomError
from web import faults
from web.errors import TooLarge, UploadTooLargeError
from web.faults import fault_reply, message_of, status_of
from web.negotiation import Format
from web.reply import Reply
from web.request_head import RequestHead

INCOMING: Final = "/incoming/"

# What a mail exchange is told apart; the rest is one answer to it.
_TOLD = frozenset({400, 401, 403, 409, 411, 429, 507})


def blob_fault(error: Exception, head: RequestHead) -> Reply:
    """Return the reply to a request that failed."""
    if isinstance(error, TooLarge) and not isinstance(error, UploadTooLargeError):
        error = NoRoomError()
    if head.path.startswith(INCOMING):
        return _incoming_fault(error, head)
    return faults.reply(error, head)


def _incoming_fault(error: Exception, head: RequestHead) -> Reply:
    """Return what whoever delivers mail understands: a status, and that it did not succeed."""
    message_of(error, head)  # what was not foreseen is logged
    body = orjson.dumps({"success": False})
    reply = fault_reply(error, head, Format.JSON, body)
    return reply if status_of(error) in _TOLD else Reply(500, reply.headers, body)
