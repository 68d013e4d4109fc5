"""Errors as Pithos' clients read them (contract §4)."""

from pithos_api.http.rendering.conflicts import conflicts_reply
from web import faults
from web.reply import Reply
from web.request_head import RequestHead


def reply(error: Exception, head: RequestHead) -> Reply:
    """Return the reply to a request that failed: a fault, or a list of what is in the way."""
    return conflicts_reply(error, head) or faults.reply(error, head)
