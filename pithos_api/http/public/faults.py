"""Errors as readers of published objects find them."""

from pithos_api.errors import PublicNotFoundError
from web import faults
from web.errors import NulInPathError
from web.reply import Reply
from web.request_head import RequestHead


def reply(error: Exception, head: RequestHead) -> Reply:
    """Return the reply to a request that failed. No key has a NUL."""
    return faults.reply(PublicNotFoundError() if isinstance(error, NulInPathError) else error, head)
