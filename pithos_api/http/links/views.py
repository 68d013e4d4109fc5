from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict

from observability import request_context
from pithos_api.http.bodies.opening import open_body
from pithos_api.http.links import cookies, showing
from pithos_api.http.links.faults import LinkLockedError
from pithos_api.http.links.rendering import UNLISTED, page
from pithos_api.http.parsing.encoded_headers import with_decoded_headers
from pithos_api.http.parsing.listings import comparable
from pithos_api.http.parsing.reading import read_public
from pithos_api.http.rendering.delivery import with_public_delivery
from pithos_api.services.links import visiting
from pithos_api.services.links.keeping import LinkNotFoundError
from pithos_api.services.links.visiting import OpenLink, open_link
from web.bodies.body import read_all
from web.bodies.data import data_reply, head_reply
from web.headers import disposition
from web.reply import Reply
from web.request_head import RequestHead
from web.views import View, head_of

_MAX_FORM: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at a link that is open to it. below: as of ``OpenLink.object``."""

    head: RequestHead
    cookies: cookies.Cookies
    link: OpenLink
    below: str

    @property
    def goes_on(self) -> bool:
        """Whether a download of this object was counted for this browser."""
        return cookies.has_taken(self.cookies, self.link, self.below)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder that the path names."""
        return self.link.is_folder and (not self.below or self.below.endswith("/"))


class LinkView(View):
    """``/s/KEY`` and what is below it: no token is looked at, and no script is needed."""

    def answer(self, request: WSGIRequest, *names: str) -> Reply:
        """Call the method of the request's verb.

        It uses the owner's rights, but who visits is a stranger: slow ones take nothing that is
        kept for the owner.

        Raises: MethodNotAllowed.
        """
        request_context.stay_unknown()
        reply = super().answer(request, *names)
        reply.tells_id = False
        return reply

    def head(self, request: WSGIRequest, key: str, tail: str) -> Reply:
        """As GET, without a body; it counts no download."""
        visit = _enter(request, key, tail)
        return _asked(visit, _page, {"download": _describe, "preview": _preview, "zip": _zip})

    def get(self, request: WSGIRequest, key: str, tail: str) -> Reply:
        """200 with a page, 200 206 304 with an object, 200 with an archive.

        Errors 401 without the password, 404 for all that is not there, 409 412 416 503.
        """
        visit = _enter(request, key, tail)
        return _asked(visit, _page, {"download": _download, "preview": _preview, "zip": _zip})

    def post(self, request: WSGIRequest, key: str, tail: str) -> Reply:
        """303 to the page for the right password; errors 401 404 413 429."""
        link = _open(key)
        marker = comparable(head_of(request).query.get("marker", ""))
        here = showing.place(link, _below(tail), marker)
        if not link.password:
            return Reply(303, [("Location", here)])
        form = QueryDict(read_all(open_body(request), _MAX_FORM))
        if not visiting.password_fits(link, form.get("password", "")):
            raise LinkLockedError(is_wrong=True)
        return Reply(303, [("Location", here), cookies.password_given(link)])


def _open(key: str) -> OpenLink:
    """Return a link of which something is left. Raises: LinkNotFoundError."""
    link = open_link(key)
    if link.is_used_up:
        raise LinkNotFoundError
    return link


def _enter(request: WSGIRequest, key: str, tail: str) -> Visit:
    """Return what the request visits.

    Raises: LinkNotFoundError: also if the link is used up, but for who goes on with a download;
        LinkLockedError.
    """
    visit = Visit(head_of(request), request.COOKIES, open_link(key), _below(tail))
    if visit.link.is_used_up and not ("download" in visit.head.query and visit.goes_on):
        raise LinkNotFoundError
    if visit.link.password and not cookies.knows_password(visit.cookies, visit.link):
        raise LinkLockedError
    return visit


def _below(tail: str) -> str:
    return comparable(tail.removeprefix("/"))


def _asked(
    visit: Visit, usual: Callable[[Visit], Reply], others: dict[str, Callable[[Visit], Reply]]
) -> Reply:
    """Answer as the parameter says that the request has."""
    for parameter, answer in others.items():
        if parameter in visit.head.query:
            return answer(visit)
    return usual(visit)


def _page(visit: Visit) -> Reply:
    link, below = visit.link, visit.below
    if not visit.is_folder:
        shown = showing.file_page(link, below, visiting.describe_file(link, below))
        return page(visit.head, 200, "file", shown)
    marker = comparable(visit.head.query.get("marker", ""))
    found = visiting.list_folder(link, below, marker)
    shown = showing.folder_page(link, below, found, is_first=not marker)
    return page(visit.head, 200, "folder", shown)


def _describe(visit: Visit) -> Reply:
    state = visiting.describe_file(visit.link, visit.below)
    wanted = read_public(with_decoded_headers(visit.head))
    return head_reply(wanted, state, [*with_public_delivery(state, "attachment"), UNLISTED])


def _download(visit: Visit) -> Reply:
    """Return an object's bytes; they are counted once they are at hand, and before any is sent."""
    source = visiting.open_file(visit.link, visit.below)
    headers = [*with_public_delivery(source.state, "attachment"), UNLISTED]
    reply = data_reply(read_public(with_decoded_headers(visit.head)), source, headers)
    if reply.status in {200, 206} and _counts(visit, reply):
        visiting.take_download(visit.link)
        reply.headers.append(cookies.download_taken(visit.link, visit.below))
    return reply


def _counts(visit: Visit, reply: Reply) -> bool:
    """Return whether a reply is a download of its own: it is whole, or begins at the first byte.

    Where downloads are limited, any other part is one, too, unless it goes on with one.
    """
    part = dict(reply.headers).get("Content-Range", "bytes 0-")
    return part.startswith("bytes 0-") or (visit.link.is_limited and not visit.goes_on)


def _preview(visit: Visit) -> Reply:
    """Return an image, to be shown in its page; of anything else there is no preview."""
    source = visiting.open_file(visit.link, visit.below)
    if not showing.is_previewed(visit.link, source.state):
        raise LinkNotFoundError
    headers = [
        *with_public_delivery(source.state, "inline"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        UNLISTED,
    ]
    wanted = read_public(with_decoded_headers(visit.head))
    if visit.head.method == "HEAD":
        return head_reply(wanted, source.state, headers)
    return data_reply(wanted, source, headers)


def _zip(visit: Visit) -> Reply:
    """Return a folder as an archive, which is one download."""
    archive = visiting.archive_folder(visit.link, visit.below)
    name = visit.below.rstrip("/").rpartition("/")[2] or visit.link.title
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Disposition", disposition("attachment", f"{name}.zip")),
        ("Content-Length", str(archive.size)),
        UNLISTED,
    ]
    if visit.head.method == "HEAD":
        return Reply(200, headers)
    pieces = archive.read()
    first = next(pieces)
    visiting.take_download(visit.link)
    return Reply(200, headers, chain((first,), pieces))
