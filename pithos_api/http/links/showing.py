"""What the pages behind links show of an object and of a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from pithos_api.http.rendering.readable import readable
from pithos_api.services.links.visiting import FolderPage, OpenLink
from pithos_api.values import Entry, ObjectState
from web.headers import file_name

# What browsers show as an image and never run, whatever is in it; SVG is a document.
_IMAGES: Final = frozenset(
    f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "avif", "bmp", "x-icon")
)
_LARGEST_PREVIEW: Final = 32 << 20
_MD5: Final = 16


@dataclass(frozen=True, slots=True)
class FolderLine:
    """A line of a folder. href: its page. download: where its bytes are, "" of a folder."""

    name: str
    href: str
    download: str = ""
    size: int = 0
    modified: datetime = datetime.min

    @property
    def iso(self) -> str:
        """When it changed, for programs."""
        return self.modified.isoformat(timespec="seconds")

    @property
    def shown(self) -> str:
        """When it changed, for people; there may be a thousand lines, so no filter is asked."""
        return f"{self.modified:%Y-%m-%d %H:%M}"


def is_previewed(link: OpenLink, state: ObjectState) -> bool:
    """Return whether the page shows the object itself: if it is a small image.

    Not if downloads are limited: what is shown is had.
    """
    kind = state.version.details.content_type.partition(";")[0].strip().lower()
    return not link.is_limited and kind in _IMAGES and state.version.size <= _LARGEST_PREVIEW


def file_page(link: OpenLink, below: str, state: ObjectState) -> dict[str, Any]:
    """Return what the page of an object shows."""
    version, here = state.version, place(link, below)
    is_whole = version.details.manifest is None and version.details.segmented is None
    has_md5 = is_whole and version.etag != version.merkle and len(version.etag) == _MD5
    return {
        "name": readable(file_name(state.path.name) or state.path.name),
        "size": version.size,
        "kind": version.details.content_type,
        "modified": version.modified,
        "md5": version.etag.hex() if has_md5 else "",
        "hash": version.merkle.hex() if is_whole else "",
        "download": f"{here}?download",
        "preview": f"{here}?preview" if is_previewed(link, state) else "",
        "link": link,
        "crumbs": _crumbs(link, below) if link.is_folder else [],
    }


def folder_page(link: OpenLink, below: str, found: FolderPage, *, is_first: bool) -> dict[str, Any]:
    """Return what the page of a folder shows. is_first: it begins with the first name."""
    here, crumbs = place(link, below), _crumbs(link, below)
    return {
        "name": crumbs.pop()[0],
        "crumbs": crumbs,
        "lines": [_line(name, here + quote(name), entry) for name, entry in found.lines],
        "link": link,
        "zip": f"{here}?zip" if found.lines or not is_first else "",
        "first": "" if is_first else here,
        "more": place(link, below, found.after) if found.after else "",
    }


def place(link: OpenLink, below: str, marker: str = "") -> str:
    """Return the path of a page behind a link; a folder's ends with a slash.

    marker: the name that the page begins after.
    """
    query = f"?{urlencode({'marker': marker})}" if marker else ""
    return f"/s/{link.key}/{quote(below)}{query}" if link.is_folder else f"/s/{link.key}"


def _line(name: str, href: str, entry: Entry) -> FolderLine:
    """Return what is shown of an entry. An object that is named like a folder stands for it."""
    size = entry.size if entry.whole_size is None else entry.whole_size
    if entry.folder or (name.endswith("/") and not size):
        return FolderLine(readable(name), href)
    download = f"{href}?download"
    page = href if name else download
    return FolderLine(readable(name) or "/", page, download, size, entry.modified)


def _crumbs(link: OpenLink, below: str) -> list[tuple[str, str]]:
    """Return name and page of the link's folder and of those below it, down to this one."""
    return [(readable(link.title), place(link, "")), *_parents(link, below)]


def _parents(link: OpenLink, below: str) -> Iterator[tuple[str, str]]:
    start = 0
    while (end := below.find("/", start)) >= 0:
        yield readable(below[start:end]) or "/", place(link, below[: end + 1])
        start = end + 1
