"""What Swift's clients ask for."""

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.errors import InvalidRequest
from pithos_api.http.conditions import write_conditions
from pithos_api.http.headers import (
    canonical_key,
    decoded_header,
    header,
    header_names,
    meta_headers,
    share_change,
)
from pithos_api.http.inputs.listings import comparable, read_delimiter, read_limit
from pithos_api.http.inputs.meta_queries import parse_meta_query
from pithos_api.http.inputs.objects import given_type
from pithos_api.http.inputs.times import read_expiry, read_until
from pithos_api.services.updates import MetadataUpdate
from pithos_api.values import DetailsChange, MetaChange, MetaLimit, ObjectPage, Page

META_LIMIT = MetaLimit(count=90, size=4096)

_TRUE = frozenset({"1", "on", "t", "true", "y", "yes"})


def is_true(value: str | None) -> bool:
    """Return whether a header or parameter says yes, in any of the words that Swift takes."""
    return value is not None and value.strip().lower() in _TRUE


def read_containers_page(request: WSGIRequest) -> Page:
    """Return which containers are wanted."""
    query = request.GET
    return Page(
        limit=read_limit(request),
        marker=comparable(query.get("marker", "")),
        prefix=comparable(query.get("prefix", "")),
        end_marker=comparable(query.get("end_marker", "")),
        reverse=is_true(query.get("reverse")),
        until=read_until(request),
        shared="shared" in query,
        public="public" in query,
    )


def read_objects_page(request: WSGIRequest) -> ObjectPage:
    """Return which objects are wanted: ``path`` overrides prefix and delimiter."""
    query = request.GET
    path = query.get("path")
    prefix, delimiter = query.get("prefix", ""), read_delimiter(request)
    if path is not None:
        prefix, delimiter = f"{path.rstrip('/')}/" if path else "", "/"
    marker = comparable(query.get("marker", ""))
    meta = query.get("meta")
    reverse = is_true(query.get("reverse"))
    return ObjectPage(
        limit=read_limit(request),
        # The folder itself is not one of the things in it.
        marker=marker if path is None or reverse else max(marker, comparable(prefix)),
        prefix=comparable(prefix),
        end_marker=comparable(query.get("end_marker", "")),
        reverse=reverse,
        until=read_until(request),
        shared="shared" in query,
        public="public" in query,
        delimiter=delimiter,
        folders=path is None,
        meta=None if meta is None else parse_meta_query(meta),
    )


def read_meta_change(request: WSGIRequest, kind: str) -> MetaChange:
    """Return what X-KIND-Meta-* sets and X-Remove-KIND-Meta-*, or an empty value, removes.

    Raises: InvalidHeaderError.
    """
    values = meta_headers(request, f"X-{kind}-Meta-")
    for name in header_names(request, f"X-Remove-{kind}-Meta-"):
        values[canonical_key(name)] = ""
    return MetaChange(values, replace=False, limit=META_LIMIT)


def read_object_change(request: WSGIRequest) -> MetadataUpdate:
    """Return what a POST says of an object: all that was said before goes, but for its type.

    Raises: InvalidHeaderError.
    """
    change = DetailsChange(
        content_type=given_type(request),
        content_encoding=header(request, "Content-Encoding"),
        content_disposition=header(request, "Content-Disposition"),
        manifest=decoded_header(request, "X-Object-Manifest"),
        expires=read_expiry(request),
        meta=meta_headers(request, "X-Object-Meta-"),
        replace=True,
        limit=META_LIMIT,
    )
    return MetadataUpdate(change, write_conditions(request), share_change(request))


class UnsupportedHeaderError(InvalidRequest):
    """A feature of Swift that the store has not, and that must not be lost in silence."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} is not supported: {reason}")


def refuse_links(request: WSGIRequest) -> None:
    """Refuse what would otherwise be stored as an empty object.

    Raises: UnsupportedHeaderError.
    """
    if "HTTP_X_SYMLINK_TARGET" in request.META:
        raise UnsupportedHeaderError("X-Symlink-Target", "there are no links; COPY costs no space")


# Every superseded state is kept anyway, and read by Pithos' ?version and ?until.
_VERSIONING = ("X-Versions-Location", "X-History-Location", "X-Versions-Enabled")
_SYNCHRONISING = ("X-Container-Sync-To", "X-Container-Sync-Key")


def refuse_unsupported(request: WSGIRequest) -> None:
    """Refuse what a container could be asked to do and will not.

    Raises: UnsupportedHeaderError.
    """
    for name in _VERSIONING:
        if header(request, name):
            reason = "every state is kept, see X-Container-Policy-Versioning and ?version=list"
            raise UnsupportedHeaderError(name, reason)
    for name in _SYNCHRONISING:
        if header(request, name):
            raise UnsupportedHeaderError(name, "containers are not synchronised")
