from pithos_api.http.parsing.meta_queries import parse_meta_query
from pithos_api.http.parsing.times import read_until
from pithos_api.values import ObjectPage, Page
from web.numbers import whole_number
from web.request_head import RequestHead

MAX_LIMIT = 10_000
_MAX_DIGITS = 19


def read_page(head: RequestHead) -> Page:
    """Return which containers or accounts are wanted (contract §2.2, §3.6).

    Raises: InvalidTimeError.
    """
    query = head.query
    return Page(
        limit=read_limit(head),
        marker=comparable(query.get("marker", "")),
        until=read_until(head),
        shared="shared" in query,
        public="public" in query,
    )


def object_page(
    head: RequestHead, prefix: str, delimiter: str, *, folders: bool = True
) -> ObjectPage:
    """Return which objects are wanted below ``prefix``.

    Raises: InvalidTimeError.
    """
    query = head.query
    meta = query.get("meta", "")
    return ObjectPage(
        limit=read_limit(head),
        marker=comparable(query.get("marker", "")),
        until=read_until(head),
        shared="shared" in query,
        public="public" in query,
        prefix=comparable(prefix),
        delimiter=delimiter,
        folders=folders,
        meta=parse_meta_query(meta) if meta else None,
    )


def read_delimiter(head: RequestHead) -> str:
    """Return what ends a folder's name, "" if the request does not speak of folders."""
    return comparable(head.query.get("delimiter", ""))


def read_limit(head: RequestHead) -> int:
    """Return how many entries: absent, 0, negative or junk is the most there can be."""
    limit = whole_number(head.query.get("limit", "")[:_MAX_DIGITS], _MAX_DIGITS)
    return min(limit or MAX_LIMIT, MAX_LIMIT)


def comparable(text: str) -> str:
    """Return ``text`` as the database can compare it: no name has NULs."""
    return text.replace("\0", "\x01")
