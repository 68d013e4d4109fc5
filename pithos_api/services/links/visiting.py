"""Whoever has a link reads what it leads to, as its owner may read it now, and is counted.

What is wrong with a link is told nobody: unknown, over, used up, and of a suspended owner are one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.logins import other_passwords
from accounts.tokens.credentials import Credentials
from audit.services import NOBODY, record
from pithos_api.models import Link
from pithos_api.services.links.keeping import LinkNotFoundError, links_of
from pithos_api.services.listings.objects import list_objects
from pithos_api.services.objects.large_objects.opening import Readable, describe, open_readable
from pithos_api.services.time.archives.members import Archive
from pithos_api.services.time.archives.opening import open_archive
from pithos_api.values import (
    ContainerPath,
    Entry,
    ObjectPage,
    ObjectPath,
    ObjectState,
)
from pithos_api.values.requests import ArchiveRequest
from web.errors import Forbidden, NotFound, Unauthorized

PAGE: Final = 500
"""Lines of a folder that are read at once."""

_OVER: Final = Q(expires__lte=Now())
_LEFT: Final = Q(downloads_left=None) | Q(downloads_left__gt=0)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that is not over. number: row id; password: hashed, "" is none.

    name, is_folder, expires, downloads: as of ``LinkState``.
    """

    number: int
    key: str
    path: ContainerPath
    name: str
    is_folder: bool
    password: str
    expires: datetime | None
    downloads: int | None

    @property
    def is_limited(self) -> bool:
        """Whether downloads are."""
        return self.downloads is not None

    @property
    def is_used_up(self) -> bool:
        """Whether no download is left."""
        return self.downloads == 0

    @property
    def title(self) -> str:
        """What people call it: the last part of its name."""
        return self.name.rstrip("/").rpartition("/")[2] or self.path.container

    @property
    def credentials(self) -> Credentials:
        """The owner's, for reading: parts of manifests are read as whoever set them may."""
        return Credentials.signed_by(self.path.account, scope=None)

    def object(self, below: str) -> ObjectPath:
        """Return the path of the object, or of one in the folder. below: "" of an object's link.

        Raises: LinkNotFoundError: the link has no such thing.
        """
        if self.is_folder is not bool(below):
            raise LinkNotFoundError
        return ObjectPath(self.path.account, self.path.container, self.name + below)


@dataclass(frozen=True, slots=True)
class FolderPage:
    """A page of a folder: names behind the folder's own, with what they are.

    after: the marker of the next page, "" where there is none.
    """

    lines: list[tuple[str, Entry]]
    after: str


def open_link(key: str) -> OpenLink:
    """Return the link that has the key. Raises: LinkNotFoundError."""
    if not (key.isascii() and key.isalnum()):  # such as NUL, which the database refuses
        raise LinkNotFoundError
    link = links_of().exclude(_OVER).filter(key=key, container__account__is_active=True).first()
    if link is None:
        raise LinkNotFoundError
    return OpenLink(
        number=link.pk,
        key=link.key,
        path=ContainerPath(link.container.account.account, link.container.name),
        name=link.name,
        is_folder=link.is_folder,
        password=link.password,
        expires=link.expires,
        downloads=link.downloads_left,
    )


def password_fits(link: OpenLink, password: str) -> bool:
    """Return whether it is the link's password; a wrong one is counted, and is an event.

    Raises: ThrottledError.
    """
    if other_passwords.fits(password, link.password, f"/link/{link.key}"):
        return True
    target = f"{link.path.container}/{link.name}"
    details = {"link": link.number}
    record("link.fail", account=link.path.account, actor=NOBODY, target=target, details=details)
    return False


def describe_file(link: OpenLink, below: str) -> ObjectState:
    """Return what describes an object. below: as of ``OpenLink.object``.

    Raises: LinkNotFoundError.
    """
    with _told_as_one():
        return describe(link.credentials, link.object(below))


def open_file(link: OpenLink, below: str) -> Readable:
    """Return what an object reads as. below: as of ``OpenLink.object``.

    Raises: LinkNotFoundError, BrokenListError, SegmentChangedError.
    """
    with _told_as_one():
        return open_readable(link.credentials, link.object(below))


def list_folder(link: OpenLink, below: str, marker: str) -> FolderPage:
    """Return a page of what is in the link's folder, or in one below it, after a name.

    An empty object that is named like the folder is not in it.

    below: "" or a name that ends with a slash. marker: the name's part behind that.

    Raises: LinkNotFoundError: also where there is nothing, unless it is the container.
    """
    prefix = _folder(link, below)
    after = prefix + marker if marker else ""
    page = ObjectPage(limit=PAGE, marker=after, prefix=prefix, delimiter="/")
    with _told_as_one():
        entries = list(list_objects(link.credentials, link.path, page).entries)
    if not entries and prefix and not marker:
        raise LinkNotFoundError
    names = [(entry.folder or entry.name).removeprefix(prefix) for entry in entries]
    shown = [(name, it) for name, it in zip(names, entries, strict=True) if name or it.size]
    return FolderPage(shown, names[-1] if len(names) == PAGE else "")


def archive_folder(link: OpenLink, below: str) -> Archive:
    """Return all that is in a folder as one archive. below: as of ``list_folder``.

    Raises: LinkNotFoundError, BrokenListError, SegmentChangedError.
    """
    prefix = _folder(link, below)
    with _told_as_one():
        return open_archive(link.credentials, link.path, ArchiveRequest(prefix, None, None))


def take_download(link: OpenLink) -> None:
    """Count a download, and take one of those that are left.

    However many come at once, none is given twice: the row's lock orders them.

    Raises: LinkNotFoundError: none was left, or the link has ended meanwhile.
    """
    with transaction.atomic():
        taken = (
            Link.objects.filter(_LEFT, pk=link.number)
            .exclude(_OVER)
            .update(used=F("used") + 1, downloads_left=F("downloads_left") - 1, last_used=Now())
        )
    if not taken:
        raise LinkNotFoundError


def _folder(link: OpenLink, below: str) -> str:
    """Return what the names in a folder begin with. Raises: LinkNotFoundError."""
    if not link.is_folder or (below and not below.endswith("/")):
        raise LinkNotFoundError
    return link.name + below


@contextmanager
def _told_as_one() -> Iterator[None]:
    """Tell nobody what is wrong, or that something was ever there."""
    try:
        yield
    except (Forbidden, NotFound, Unauthorized) as error:
        raise LinkNotFoundError from error
