from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.parsing.meta_queries import parse_meta_query
from pithos_api.http.parsing.times import read_until
from pithos_api.values import ObjectPage, Page

MAX_LIMIT = 10_000


def read_page(request: WSGIRequest) -> Page:
    """Return which containers or accounts are wanted (contract §2.2, §3.6)."""
    query = request.GET
    return Page(
        limit=read_limit(request),
        marker=comparable(query.get("marker", "")),
        until=read_until(request),
        shared="shared" in query,
        public="public" in query,
    )


def read_object_page(request: WSGIRequest) -> ObjectPage:
    """Return which objects are wanted (contract §2.3, GET): ``path`` overrides the rest."""
    path = request.GET.get("path")
    prefix = (request.GET.get("prefix", "") if path is None else path).lstrip("/")
    delimiter = read_delimiter(request) if path is None else "/"
    if prefix and delimiter and not prefix.endswith(delimiter):
        prefix += delimiter
    return object_page(request, prefix, delimiter)


def object_page(request: WSGIRequest, prefix: str, delimiter: str) -> ObjectPage:
    """Return which objects are wanted below ``prefix``; with ``path`` no folders."""
    query = request.GET
    meta = query.get("meta")
    return ObjectPage(
        limit=read_limit(request),
        marker=comparable(query.get("marker", "")),
        until=read_until(request),
        shared="shared" in query,
        public="public" in query,
        prefix=comparable(prefix),
        delimiter=delimiter,
        folders="path" not in query,
        meta=None if meta is None else parse_meta_query(meta),
    )


def read_delimiter(request: WSGIRequest) -> str:
    """Return what ends a folder's name, "" if the request does not speak of folders."""
    return comparable(request.GET.get("delimiter", ""))


def read_limit(request: WSGIRequest) -> int:
    """Return how many entries: absent, 0, negative or junk is the most there can be."""
    value = request.GET.get("limit", "")
    if not (value.isascii() and value.isdecimal()):
        return MAX_LIMIT
    return min(int(value[:19]), MAX_LIMIT) or MAX_LIMIT


def comparable(text: str) -> str:
    """Return ``text`` as the database can compare it: no name has NULs."""
    return text.replace("\0", "\x01")
