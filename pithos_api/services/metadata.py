"""How new metadata combines with what is there."""

from collections.abc import Iterable, Mapping

from django.conf import settings

from pithos_api.errors import MetadataLimitError, MetadataSizeError
from pithos_api.values import Details, DetailsChange, MetaChange

_SIGNING_KEY = "Temp-Url-Key"


def apply_change(current: Mapping[str, str], change: MetaChange) -> dict[str, str]:
    """Return the metadata after ``change``; an empty value removes its key.

    Raises: MetadataLimitError, MetadataSizeError: more would be stored than ``change.limit``.
    """
    kept = {} if change.replace else dict(current)
    kept.update(change.values)
    result = {key: value for key, value in kept.items() if value}
    limit = change.limit
    most = settings.PITHOS_MAX_META_COUNT if limit is None else limit.count
    if len(result) > most:
        raise MetadataLimitError(most)
    if limit is not None and _size(result) > limit.size:
        raise MetadataSizeError(limit.size)
    return result


def _size(meta: Mapping[str, str]) -> int:
    """Return bytes of names and values."""
    return sum(len(key.encode()) + len(value.encode()) for key, value in meta.items())


def change_details(current: Details, change: DetailsChange) -> Details:
    """Return an object's details after ``change``.

    Raises: MetadataLimitError, MetadataSizeError.
    """
    base = Details(current.content_type) if change.replace else current
    return Details(
        content_type=change.content_type or current.content_type,
        content_encoding=_changed(base.content_encoding, change.content_encoding),
        content_disposition=_changed(base.content_disposition, change.content_disposition),
        manifest=_changed(base.manifest, change.manifest),
        segmented=current.segmented,
        expires=base.expires if change.expires is None else change.expires or None,
        meta=apply_change(base.meta, MetaChange(change.meta, replace=False, limit=change.limit)),
    )


def _changed(current: str | None, given: str | None) -> str | None:
    return current if given is None else given or None


def signing_keys(names: Iterable[str]) -> list[str]:
    """Return which of the names of metadata are of Swift's keys for signed URLs."""
    return [name for name in names if name.startswith(_SIGNING_KEY)]


def without_signing_keys(meta: Mapping[str, str]) -> Mapping[str, str]:
    """Return metadata without Swift's keys for signed URLs, which give more than any scope."""
    return {name: value for name, value in meta.items() if not name.startswith(_SIGNING_KEY)}
