"""JSON, whatever a request says that it accepts: there is no other form, and no 406."""

from collections.abc import Iterable

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from management_api.engine.basic import Captured, fault_of
from web.json_values import JSONValue
from web.negotiation import CONTENT_TYPES, Format
from web.reply import Reply
from web.request_head import RequestHead

_JSON = ("Content-Type", CONTENT_TYPES[Format.JSON])


class ResourceRenderer(BaseRenderer):
    """JSON as the store's other interfaces write it."""

    media_type, format, charset = "application/json", "json", "UTF-8"

    def render(self, data: JSONValue, *_: object) -> bytes:
        return orjson.dumps(data)


class OnlyForm(BaseContentNegotiation):
    """Takes the first form without looking at ``Accept`` or ``?format=``."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], *_: str | None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


def json_reply(answer: Captured) -> Reply:
    """Return an answer of the basic layer for HTTP."""
    headers = [_JSON, *answer.headers]
    return Reply(answer.status, headers, orjson.dumps(answer.data))


def resource_fault(error: Exception, head: RequestHead) -> Reply:
    """Return the reply to a request that failed before any resource was asked for."""
    reply = json_reply(fault_of(error))
    return Reply(reply.status, reply.headers, b"") if head.method == "HEAD" else reply
