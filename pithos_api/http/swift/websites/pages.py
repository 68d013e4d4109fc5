"""What visitors of a website see: objects, the index or the listing of a folder, pages of errors.

Each is read with the visitor's own rights. What they may not read is refused as elsewhere.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ObjectNotFoundError
from pithos_api.http.operations.table import Call
from pithos_api.http.parsing.paths import object_path
from pithos_api.http.swift.authentication import require_signed_parts
from pithos_api.http.swift.rendering.documents import PAGE
from pithos_api.http.swift.rendering.faults import challenge, status_of
from pithos_api.http.swift.rendering.heads import Headers
from pithos_api.http.swift.rendering.places import located
from pithos_api.http.swift.websites.delivery import may_matter, page_headers, stateless
from pithos_api.http.swift.websites.folders import list_folder, listing_page
from pithos_api.http.swift.websites.metadata import Website, website_at
from pithos_api.http.swift.websites.requests import PageVisit, RootVisit, V
from pithos_api.services.objects.large_objects.opening import describe, open_readable
from pithos_api.values import ContainerPath, ObjectPath, ObjectState
from pithos_api.values.requests import ReadObject
from web.bodies.data import data_reply, head_reply
from web.errors import Forbidden, InvalidPathError, NotFound, PithosError, Unauthorized
from web.reply import Reply

_REFUSALS = (Unauthorized, Forbidden, NotFound)

Visiting = Call[ObjectPath, PageVisit]


class NoWebsiteError(NotFound):
    """The container shows nothing to visitors."""

    def __init__(self, container: str) -> None:
        super().__init__(f"container {container!r} is no website")


class NoIndexError(NotFound):
    """A folder has no index, and is not listed. index: how it would be called, if at all."""

    def __init__(self, index: str) -> None:
        missing = f"there is no {index!r} here, and " if index else ""
        super().__init__(f"{missing}folders are not listed: X-Container-Meta-Web-Listings says so")


class _Found(NamedTuple):
    """An object that was opened under a path, and what makes a reply of it."""

    state: ObjectState
    path: ObjectPath
    send: Callable[[ReadObject, Headers], Reply]

    def shown(self, call: Visiting, visit: PageVisit, website: Website | None) -> Reply:
        """Return the object as a visitor sees it."""
        headers = page_headers(visit, self.state, website, call.origin)
        return self.send(visit.wanted, located(headers, self.state, self.path))


def show_object(call: Visiting) -> Reply:
    """Show the object, or the folder of its name."""
    try:
        found = _open(call, call.path)
    except _REFUSALS as error:
        website = website_at(call.path)
        if website is None:
            raise
        return _instead(call, website, error)
    website = website_at(call.path) if may_matter(found.state) else None
    version = found.state.version
    if website and website.stands_for_folder(version.details.content_type, version.size):
        return _instead(call, website, ObjectNotFoundError(call.path.name))
    return found.shown(call, call.wanted, website)


def shows_root(
    ordinary: Callable[[Call[ContainerPath, V]], Reply],
) -> Callable[[Call[ContainerPath, RootVisit[V]]], Reply]:
    """Return what shows the container's own page, and does what is ``ordinary`` without one."""

    def show(call: Call[ContainerPath, RootVisit[V]]) -> Reply:
        website, wanted = website_at(call.path), call.wanted
        visiting = _root(call, wanted.visit)
        if website is not None and website.shows_folders:
            return _show_folder(visiting, website, "")
        try:
            reply = ordinary(call._replace(wanted=wanted.ordinary))  # type: ignore[arg-type]
            if wanted.insists:
                raise NoWebsiteError(call.path.container)
        except _REFUSALS as error:
            if website is None:
                raise
            return _error_page(visiting, website, error)
        return reply

    return show


def show_signed_root(call: Call[ContainerPath, PageVisit]) -> Reply:
    """Show the container's own page to who has a signed URL of all that is in it."""
    website = website_at(call.path)
    if website is None:
        raise NoWebsiteError(call.path.container)
    return _show_folder(_root(call, call.wanted), website, "")


def _root(call: Call[ContainerPath, V], visit: PageVisit) -> Visiting:
    """Return the call as one about the name that all names begin with."""
    path = ObjectPath(call.path.account, call.path.container, "")
    return Call(call.credentials, path, visit, call.body, call.origin)


def _open(call: Visiting, path: ObjectPath) -> _Found:
    """Open an object as it reads for the visitor. Raises: as ``open_readable``."""
    if call.wanted.bodiless:
        state = describe(call.credentials, path, follows=True)
        found = _Found(state, path, lambda wanted, headers: head_reply(wanted, state, headers))
    else:
        source = open_readable(call.credentials, path, follows=True)
        found = _Found(
            source.state, path, lambda wanted, headers: data_reply(wanted, source, headers)
        )
    if call.wanted.signed is not None:
        require_signed_parts(call.credentials, found.state)
    return found


def _instead(call: Visiting, website: Website, error: PithosError) -> Reply:
    """Show what there is where no object is."""
    if not (isinstance(error, ObjectNotFoundError) and website.shows_folders):
        return _error_page(call, website, error)
    return _show_folder(call, website, call.path.name.removesuffix("/") + "/")


def _show_folder(call: Visiting, website: Website, folder: str) -> Reply:
    """Show a folder. folder: what all names in it begin with."""
    try:
        return _folder(call, website, folder)
    except _REFUSALS as error:
        return _error_page(call, website, error)


def _folder(call: Visiting, website: Website, folder: str) -> Reply:
    """Return the folder's index or listing; a relative link in them is right behind a slash."""
    visit = call.wanted
    is_page = visit.place.endswith("/")
    index = _index(call, website, folder)
    if index is not None and is_page:
        signed = visit.signed and replace(visit.signed, file_name=None, inline=True)
        return index.shown(call, replace(visit, signed=signed), website)
    if index is None and not website.listings:
        raise NoIndexError(website.index)
    if index is None and is_page:
        return listing_page(
            visit, website, folder, list_folder(call.credentials, call.path, folder, visit)
        )
    if index is None:
        _require_folder(call, folder)
    return Reply(301, [("Location", visit.slashed), PAGE])


def _require_folder(call: Visiting, folder: str) -> None:
    """Make sure that a folder is to be seen which was named without its slash.

    Raises: ObjectNotFoundError: also where only objects are; InvalidTokenError, NotAllowedError.
    """
    first = replace(call.wanted, limit=1, marker="")
    try:
        list_folder(call.credentials, call.path, folder, first)
    except (Unauthorized, Forbidden) as error:
        if not folder:
            raise
        raise ObjectNotFoundError(folder[:-1]) from error


def _index(call: Visiting, website: Website, folder: str) -> _Found | None:
    """Open what stands for the folder, None if nothing does."""
    if not website.index:
        return None
    try:
        return _open(call, _beside(call.path, folder + website.index))
    except (ObjectNotFoundError, InvalidPathError):
        return None


def _error_page(call: Visiting, website: Website, error: PithosError) -> Reply:
    """Return the page that the website has for the error, with its status.

    A signed URL of a prefix does not open it, as it may lie elsewhere: it is read as by anybody.

    Raises: the error itself, if there is no such page for the visitor.
    """
    if not website.error:
        raise error
    status = status_of(error)
    visit = replace(call.wanted, signed=None, wanted=ReadObject())
    shown = call._replace(wanted=visit)
    if call.credentials.signed:
        shown = shown._replace(credentials=Credentials.of_anybody())
    try:
        found = _open(shown, _beside(call.path, f"{status}{website.error}"))
        reply = found.shown(shown, visit, website)
    except PithosError:
        raise error from None
    reply.status, reply.headers = status, stateless(reply.headers)
    if status == 401:
        reply.headers.append(challenge(call.path.account))
    return reply


def _beside(path: ObjectPath, name: str) -> ObjectPath:
    """Return another object of the same container. Raises: InvalidPathError."""
    return object_path(path.account, path.container, name)
