"""Errors as visitors of links read them: a page to browsers, a line of text to programs."""

from django.utils.translation import gettext_lazy as _

from pithos_api.http.links.rendering import UNLISTED, page, wants_html
from pithos_api.services.links.keeping import LinkNotFoundError
from web import faults
from web.errors import (
    Conflict,
    Forbidden,
    NotFound,
    NulInPathError,
    TooManyRequests,
    Unauthorized,
    UnknownEndpointError,
)
from web.reply import Reply
from web.request_head import RequestHead

_GONE = (Forbidden, NotFound, NulInPathError, Unauthorized, UnknownEndpointError)


class LinkLockedError(Unauthorized):
    """The link has a password, which was not given yet. is_wrong: another was given."""

    def __init__(self, *, is_wrong: bool = False) -> None:
        super().__init__("the password is wrong" if is_wrong else "this link has a password")
        self.is_wrong = is_wrong


def reply(error: Exception, head: RequestHead) -> Reply:
    """Return the reply to a request that failed. Whatever is not there looks the same."""
    if isinstance(error, _GONE) and not isinstance(error, LinkLockedError):
        error = LinkNotFoundError()
    answer = faults.reply(error, head)
    if wants_html(head):
        shown = _page(error, head, answer.status)
        kept = [field for field in answer.headers if field[0] != "Content-Type"]
        return Reply(answer.status, [*kept, *shown.headers], shown.body)
    answer.headers.append(UNLISTED)
    return answer


def _page(error: Exception, head: RequestHead, status: int) -> Reply:
    if isinstance(error, LinkLockedError):
        return page(head, status, "password", {"is_wrong": error.is_wrong})
    if isinstance(error, LinkNotFoundError):
        return page(head, status, "gone", {})
    if isinstance(error, TooManyRequests):
        return page(head, status, "too_many", {"seconds": error.seconds})
    passes = isinstance(error, Conflict) or status >= 500
    title = _("This cannot be had now") if passes else _("This request cannot be understood")
    return page(head, status, "error", {"title": title})
