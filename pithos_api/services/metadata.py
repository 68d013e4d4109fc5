"""How new metadata is combined with the metadata that exists."""

from collections.abc import Iterable, Mapping

from django.conf import settings

from pithos_api.errors import (
    HeadLimitError,
    MetadataLimitError,
    MetadataSizeError,
    StaticLargeObjectError,
)
from pithos_api.values import (
    MAX_DESCRIPTION,
    MAX_META,
    Details,
    DetailsChange,
    MetaChange,
    size_of_fields,
)
from web.errors import Conflict
from web.fields.encoding import encoded, visible

_SIGNING_KEY = "Temp-Url-Key"


class SymlinkError(Conflict):
    """A symlink has no bytes that could be changed in place."""

    def __init__(self) -> None:
        super().__init__(
            "the object is a symlink: it is changed by storing it anew, and takes no"
            " X-Object-Manifest"
        )


def apply_change(current: Mapping[str, str], change: MetaChange) -> dict[str, str]:
    """Return the metadata after ``change``; an empty value removes its key.

    Raises:
        MetadataLimitError, MetadataSizeError: more would be stored than ``change.limit``.
        HeadLimitError: replies could not tell all of it.
    """
    if not change.values and not change.replace:
        return dict(current)
    kept = {} if change.replace else dict(current)
    kept.update(change.values)
    result = {key: value for key, value in kept.items() if value}
    limit = change.limit
    most = settings.PITHOS_MAX_META_COUNT if limit is None else limit.count
    if len(result) > most:
        raise MetadataLimitError(most)
    if limit is not None and _size(result) > limit.size:
        raise MetadataSizeError(limit.size)
    if result:
        require_room("metadata", size_of_fields(result), MAX_META, size_of_fields(current))
    return result


def require_room(what: str, size: int, limit: int, before: int = 0) -> None:
    """Make sure that replies can tell what users say. what: as the message names it.

    before: the same of the present metadata. Metadata from before the limits may stay, or shrink.

    Raises: HeadLimitError.
    """
    if size > limit and size > before:
        raise HeadLimitError(what, size, limit)


def _size(meta: Mapping[str, str]) -> int:
    """Return bytes of names and values."""
    return sum(len(key.encode()) + len(value.encode()) for key, value in meta.items())


def change_details(current: Details, change: DetailsChange) -> Details:
    """Return an object's details after ``change``.

    If the change sets a manifest, the writer is the one who set it; other changes keep who that is.

    Raises:
        MetadataLimitError, MetadataSizeError, HeadLimitError.
        StaticLargeObjectError, SymlinkError: a manifest is set on what has a list of segments, or
            names another object.
    """
    if change.manifest and current.segmented is not None:
        raise StaticLargeObjectError
    if change.manifest and current.symlink is not None:
        raise SymlinkError
    base = Details(current.content_type) if change.replace else current
    changed = Details(
        content_type=change.content_type or current.content_type,
        content_encoding=_changed(base.content_encoding, change.content_encoding),
        content_disposition=_changed(base.content_disposition, change.content_disposition),
        manifest=_changed(base.manifest, change.manifest),
        segmented=current.segmented,
        manifest_by=None if change.manifest else current.manifest_by,
        symlink=current.symlink,
        expires=base.expires if change.expires is None else change.expires or None,
        meta=apply_change(base.meta, MetaChange(change.meta, replace=False, limit=change.limit)),
    )
    require_description(changed, _description(current))
    return changed


def require_description(details: Details, before: int = 0) -> None:
    """Make sure that replies can tell an object's type, encoding, disposition and manifest.

    before: as of ``require_room``.

    Raises: HeadLimitError.
    """
    what = "type, encoding, disposition and manifest"
    require_room(what, _description(details), MAX_DESCRIPTION, before)


def _description(details: Details) -> int:
    """Return bytes of the headers that describe an object, without their names."""
    said = (details.content_type, details.content_encoding, details.content_disposition)
    sizes = (len(visible(each)) for each in said if each)
    return sum(sizes) + len(encoded(details.manifest or ""))


def _changed(current: str | None, given: str | None) -> str | None:
    return current if given is None else given or None


def signing_keys(names: Iterable[str]) -> list[str]:
    """Return those names of metadata that are Swift's keys for signed URLs."""
    return [name for name in names if name.startswith(_SIGNING_KEY)]


def without_signing_keys(meta: Mapping[str, str]) -> Mapping[str, str]:
    """Return metadata without Swift's keys for signed URLs, which give more than any scope."""
    return {name: value for name, value in meta.items() if not name.startswith(_SIGNING_KEY)}
