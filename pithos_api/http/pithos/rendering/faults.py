"""Errors as Pithos' clients read them (contract §4)."""

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.rendering.conflicts import conflicts_reply
from web import faults
from web.reply import Reply


def reply(error: Exception, request: WSGIRequest) -> Reply:
    """Return the reply to a request that failed: a fault, or a list of what is in the way."""
    return conflicts_reply(error, request) or faults.reply(error, request)
