"""Errors as Swift's clients read them: a short page."""

from html import escape
from http import HTTPStatus

from pithos_api.http.rendering.conflicts import conflicts_reply
from pithos_api.http.swift.cors import rules_of
from web import faults
from web.cors import origin_headers
from web.reply import Reply
from web.request_head import RequestHead


def reply(error: Exception, head: RequestHead) -> Reply:
    """Return the reply to a request that failed."""
    # A client that uses Pithos' own parameters reads the lists that they are answered with.
    listed = conflicts_reply(error, head)
    if listed is not None:
        return listed
    status = faults.status_of(error)
    title = HTTPStatus(status).phrase
    page = f"<html><h1>{title}</h1><p>{escape(faults.message_of(error, head))}</p></html>"
    headers = [
        ("Content-Type", "text/html; charset=UTF-8"),
        *faults.headers_of(error, status),
    ]
    if "HTTP_ORIGIN" in head.fields and status < 500:
        headers += origin_headers(head, (), rules_of(head))
    if status == 401:
        headers.append(("WWW-Authenticate", 'Swift realm="pithos"'))
    return Reply(status, headers, b"" if head.method == "HEAD" else page.encode())
