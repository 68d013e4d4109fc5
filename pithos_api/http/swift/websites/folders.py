"""Folders of websites that have no index: their listing as a page, without scripts.

Its elements have the names that style sheets for Swift's listings know.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import md5, sha256
from html import escape
from typing import Final, NamedTuple
from urllib.parse import quote

from accounts.tokens.credentials import Credentials
from pithos_api.errors import ObjectNotFoundError
from pithos_api.http.parsing.listings import MAX_LIMIT
from pithos_api.http.rendering.readable import readable
from pithos_api.http.swift.rendering.documents import PAGE
from pithos_api.http.swift.websites.metadata import Website
from pithos_api.http.swift.websites.requests import PageVisit
from pithos_api.services.listings.objects import list_objects
from pithos_api.services.listings.places import place_for
from pithos_api.values import ContainerPath, Entry, Listing, ObjectPage, ObjectPath
from web.conditions import Subject
from web.reply import Reply
from web.views import not_modified

_STYLE: Final = """
:root{color-scheme:light dark;color:CanvasText;background:Canvas;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.25rem;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}
th,td{padding:.4rem .5rem;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent)}
th{font-weight:600}
th,td{text-align:left;vertical-align:top}
.colname{width:100%;overflow-wrap:anywhere}
.colsize,.coldate{white-space:nowrap;font-variant-numeric:tabular-nums}
.colsize{text-align:right}
a{text-decoration:none}
a:hover,a:focus-visible{text-decoration:underline}
nav{display:flex;gap:1rem;padding:1rem .5rem}
@media(max-width:36rem){.coldate{display:none}}
"""
_OWN_STYLE: Final = "'sha256-" + b64encode(sha256(_STYLE.encode()).digest()).decode() + "'"
# Links may open windows and save files. No script runs, whatever a name or a style says.
_SANDBOX: Final = "sandbox allow-downloads allow-popups allow-popups-to-escape-sandbox"
_PLAIN: Final = f"{_SANDBOX}; default-src 'none'; style-src {_OWN_STYLE}"
_STYLED: Final = f"{_SANDBOX}; default-src 'none'; style-src *; img-src * data:; font-src * data:"
_ELSEWHERE: Final = ("/", "http://", "https://")
_UNITS: Final = ("bytes", "KB", "MB", "GB", "TB")


class _Line(NamedTuple):
    """A line of a page. entry: of an object, None of a folder."""

    name: str
    entry: Entry | None = None


def list_folder(
    credentials: Credentials, path: ObjectPath, folder: str, visit: PageVisit
) -> Listing:
    """Return a page of what is in a folder, with one entry more if there is another page.

    Raises:
        ObjectNotFoundError: there is no such folder.
        InvalidTokenError, NotAllowedError, ContainerNotFoundError.
    """
    page = ObjectPage(visit.limit + 1, visit.marker, folder, delimiter="/")
    listing = list_objects(credentials, ContainerPath(path.account, path.container), page)
    if folder and not listing.entries and not page.marker:
        raise ObjectNotFoundError(folder)
    return listing


def listing_page(visit: PageVisit, website: Website, folder: str, listing: Listing) -> Reply:
    """Return the page of a folder, 304 if it is the one that the visitor has.

    Raises: ConditionFailedError; TooManyPagesError: it is long, and others are made already.
    """
    with place_for(len(listing.entries)):  # 10,000 lines take 60 ms of a processor
        body = "".join(_document(visit, website, folder, listing)).encode()
    etag = md5(body, usedforsecurity=False)
    policy = ("Content-Security-Policy", _STYLED if website.css else _PLAIN)
    headers = [PAGE, ("ETag", f'"{etag.hexdigest()}"'), policy]
    state = Subject(modified=None, etags=(etag.digest(),))
    unchanged = not_modified(visit.wanted.conditions, state, headers)
    if unchanged is not None:
        return unchanged
    if visit.bodiless:
        return Reply(200, [*headers, ("Content-Length", str(len(body)))])
    return Reply(200, headers, body)


def _document(visit: PageVisit, website: Website, folder: str, listing: Listing) -> Iterator[str]:
    title = escape(f"Listing of {readable(_label(visit, website, folder))}")
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title>{_style(visit, website, folder)}</head><body><main>\n"
        f'<h1 id="title">{title}</h1>\n<table id="listing"><thead><tr id="heading">'
        '<th class="colname">Name</th><th class="colsize">Size</th>'
        '<th class="coldate">Date (UTC)</th></tr></thead><tbody>\n'
    )
    if folder:
        yield from _parent(visit, folder)
    shown = listing.entries[: visit.limit]
    for line in _lines(website, folder, shown):
        yield _row(visit, folder, line)
    yield "</tbody></table>\n"
    yield from _pages(visit, folder, shown[-1] if len(listing.entries) > visit.limit else None)
    yield "</main></body></html>\n"


def _label(visit: PageVisit, website: Website, folder: str) -> str:
    return f"{website.label}/{folder}" if website.label else visit.place


def _style(visit: PageVisit, website: Website, folder: str) -> str:
    css = website.css
    if not css:
        return f"<style>{_STYLE}</style>"
    if not css.startswith(_ELSEWHERE):
        css = f"./{'../' * folder.count('/')}{css}{visit.linked(css)}"
    return f'<link rel="stylesheet" type="text/css" href="{escape(css)}">'


def _parent(visit: PageVisit, folder: str) -> Iterator[str]:
    """Yield the row that leads upwards, if a signature does not end here."""
    above = folder[:-1].rpartition("/")[0]
    above = above and f"{above}/"
    if above.startswith(visit.below):
        yield (
            '<tr id="parent" class="item"><td class="colname">'
            f'<a href="../{escape(visit.linked(above))}">../</a></td>'
            '<td class="colsize"></td><td class="coldate"></td></tr>\n'
        )


def _lines(website: Website, folder: str, entries: Sequence[Entry]) -> list[_Line]:
    """Return the lines of a page, folders first; an object that stands for one is no line twice."""
    folders: dict[str, _Line] = {}
    files = []
    for entry in entries:
        if entry.folder is not None:
            folders[entry.folder] = _Line(entry.folder)
        elif website.stands_for_folder(entry.content_type, entry.size):
            name = entry.name.removesuffix("/") + "/"
            folders[name] = _Line(name)
        else:
            files.append(_Line(entry.name, entry))
    folders.pop(folder, None)
    return [*sorted(folders.values()), *files]


def _row(visit: PageVisit, folder: str, line: _Line) -> str:
    name = line.name[len(folder) :]
    href = escape(f"./{quote(name)}{visit.linked(line.name)}")
    kind, size, date = "subdir", "", ""
    if line.entry is not None:
        entry = line.entry
        kind = _classes(entry.content_type)
        size = _shown_size(entry.size if entry.whole_size is None else entry.whole_size)
        date = f"{entry.modified:%Y-%m-%d %H:%M}"
    return (
        f'<tr class="item {kind}">'
        f'<td class="colname"><a href="{href}"><bdi>{escape(readable(name))}</bdi></a></td>'
        f'<td class="colsize">{size}</td><td class="coldate">{date}</td></tr>\n'
    )


def _classes(content_type: str) -> str:
    """Return ``type-image type-png`` for ``image/png``, as style sheets know it."""
    kinds = content_type.partition(";")[0].strip().lower().split("/")
    return " ".join(f"type-{escape(kind.replace(' ', '-'))}" for kind in kinds if kind)


def _shown_size(size: int) -> str:
    """Return a number of bytes for people."""
    shown, unit = float(size), 0
    while shown >= 1000 and unit < len(_UNITS) - 1:
        shown, unit = shown / 1000, unit + 1
    return f"{shown:.1f} {_UNITS[unit]}" if unit else f"{size} {_UNITS[0]}"


def _pages(visit: PageVisit, folder: str, last: Entry | None) -> Iterator[str]:
    """Yield links to the first and to the next page. last: what the next comes after."""
    limited = {} if visit.limit == MAX_LIMIT else {"limit": visit.limit}
    links = []
    if visit.marker:
        links.append(f'<a href="./{escape(visit.linked(folder, **limited))}">First page</a>')
    if last is not None:
        after = last.name if last.folder is None else last.folder
        query = visit.linked(folder, marker=after, **limited)
        links.append(f'<a rel="next" href="./{escape(query)}">Next page</a>')
    if links:
        yield f"<nav>{' '.join(links)}</nav>\n"
