"""Errors as Glance's clients read them: HTML, or JSON for who asks for that."""

from html import escape
from http import HTTPStatus

import orjson

from web.faults import headers_of, message_of, status_of
from web.negotiation import CONTENT_TYPES, Format, asked_format
from web.reply import Reply
from web.request_head import RequestHead


def glance_fault(error: Exception, head: RequestHead) -> Reply:
    """Return the fault of a request that failed."""
    status = status_of(error)
    title, message = HTTPStatus(status).phrase, message_of(error, head)
    if asked_format(head) is Format.JSON:
        kind = CONTENT_TYPES[Format.JSON]
        fields = {"code": f"{status} {title}", "title": title, "message": message}
        body = orjson.dumps(fields)
    else:
        kind = "text/html; charset=UTF-8"
        body = (
            f"<html>\n <head>\n  <title>{status} {title}</title>\n </head>\n <body>\n"
            f"  <h1>{status} {title}</h1>\n  {escape(message, quote=False)}<br /><br />\n\n\n"
            " </body>\n</html>"
        ).encode()
    headers = [("Content-Type", kind), *headers_of(error, status)]
    return Reply(status, headers, b"" if head.method == "HEAD" else body)
