"""Errors as Swift's clients read them: a short page."""

from html import escape
from http import HTTPStatus
from urllib.parse import quote

from pithos_api.errors import InvalidSegmentListError
from pithos_api.http.parsing.times import InvalidExpiryError, integer
from pithos_api.http.rendering.conflicts import conflicts_reply
from pithos_api.http.swift.cors import rules_of
from pithos_api.http.swift.parsing.copies import InvalidPlaceError
from pithos_api.http.swift.parsing.requests import HighLimitError
from pithos_api.http.swift.rendering.documents import DOCUMENTS, PAGE, PLAIN
from pithos_api.http.swift.rendering.reports import report
from web import faults, protocols
from web.cors import origin_headers
from web.errors import NotTextError
from web.negotiation import negotiate
from web.reply import Reply
from web.request_head import RequestHead

_FAIL_CONDITIONS = (NotTextError, HighLimitError, InvalidPlaceError)


def reply(error: Exception, head: RequestHead) -> Reply:
    """Return the reply to a request that failed."""
    # A client that uses Pithos' own parameters reads the lists that they are answered with.
    listed = conflicts_reply(error, head)
    if listed is not None:
        return listed
    if isinstance(error, InvalidSegmentListError):
        return _wrong_segments(error, head)
    status = status_of(error)
    told = _plain_text(error)
    kind = PAGE if told is None else PLAIN
    body = _page(status, faults.message_of(error, head)) if told is None else told
    headers = [kind, *faults.headers_of(error, status)]
    if "HTTP_ORIGIN" in head.fields and status < 500:
        headers += origin_headers(head, (), rules_of(head))
    if status == 401:
        headers.append(challenge(protocols.installed().account_at(head.path)))
    return Reply(status, headers, b"" if head.method == "HEAD" else body.encode())


def status_of(error: Exception) -> int:
    """Return the status of an error; some that are malformed fail a condition, for Swift."""
    return 412 if isinstance(error, _FAIL_CONDITIONS) else faults.status_of(error)


def _wrong_segments(error: InvalidSegmentListError, head: RequestHead) -> Reply:
    """Return 400 with each segment that is not as listed, and what is wrong with it."""
    form = negotiate(head)
    body = report(form, "upload", {}, error.problems)
    return Reply(faults.status_of(error), [("Content-Type", DOCUMENTS[form])], body)


def _page(status: int, message: str) -> str:
    return f"<html><h1>{HTTPStatus(status).phrase}</h1><p>{escape(message)}</p></html>"


def _plain_text(error: Exception) -> str | None:
    """Return what programs compare as a whole, in Swift's words; None of other errors."""
    if isinstance(error, NotTextError):
        return "Invalid UTF8 or contains NULL"
    if isinstance(error, HighLimitError | InvalidPlaceError):
        return str(error)
    if isinstance(error, InvalidExpiryError):
        is_number = integer(error.value) is not None
        return f"{error.header} in past" if is_number else f"Non-integer {error.header}"
    return None


def challenge(account: str) -> tuple[str, str]:
    """Return what a 401 asks for: a token for the account."""
    return "WWW-Authenticate", f'Swift realm="AUTH_{quote(account, safe="")}"'
