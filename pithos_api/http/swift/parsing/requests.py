"""What Swift's clients ask for."""

from dataclasses import replace

from django.core.handlers.wsgi import WSGIRequest

from pithos_api.http.parsing.conditions import write_conditions
from pithos_api.http.parsing.listings import comparable, object_page, read_delimiter, read_page
from pithos_api.http.parsing.metadata import meta_headers
from pithos_api.http.parsing.objects import given_type
from pithos_api.http.parsing.sharing import share_change
from pithos_api.http.parsing.updates import details_change
from pithos_api.services.objects.updating import MetadataUpdate
from pithos_api.values import MetaChange, MetaLimit, ObjectPage, Page
from web.errors import InvalidRequest
from web.headers import canonical_key, header, header_names

META_LIMIT = MetaLimit(count=90, size=4096)

_TRUE = frozenset({"1", "on", "t", "true", "y", "yes"})


def is_true(value: str | None) -> bool:
    """Return whether a header or parameter says yes, in any of the words that Swift takes."""
    return value is not None and value.strip().lower() in _TRUE


def read_containers_page(request: WSGIRequest) -> Page:
    """Return which containers are wanted."""
    query = request.GET
    return replace(
        read_page(request),
        prefix=comparable(query.get("prefix", "")),
        end_marker=comparable(query.get("end_marker", "")),
        reverse=is_true(query.get("reverse")),
    )


def read_objects_page(request: WSGIRequest) -> ObjectPage:
    """Return which objects are wanted: ``path`` overrides prefix and delimiter."""
    query = request.GET
    path = query.get("path")
    prefix, delimiter = query.get("prefix", ""), read_delimiter(request)
    if path is not None:
        prefix, delimiter = f"{path.rstrip('/')}/" if path else "", "/"
    page = object_page(request, prefix, delimiter)
    reverse = is_true(query.get("reverse"))
    return replace(
        page,
        # The folder itself is not one of the things in it.
        marker=page.marker if path is None or reverse else max(page.marker, page.prefix),
        end_marker=comparable(query.get("end_marker", "")),
        reverse=reverse,
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
    change = replace(
        details_change(request, replace=True), content_type=given_type(request), limit=META_LIMIT
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
