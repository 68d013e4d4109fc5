"""How new user metadata combines with what is there."""

from collections.abc import Mapping

from django.conf import settings

from pithos_api.errors import MetadataLimitError
from pithos_api.values import MetaChange


def apply_change(current: Mapping[str, str], change: MetaChange) -> dict[str, str]:
    """Return the metadata after ``change``; an empty value removes its key.

    Raises: MetadataLimitError: more keys than PITHOS_MAX_META_COUNT would be stored.
    """
    kept = {} if change.replace else dict(current)
    kept.update(change.values)
    result = {key: value for key, value in kept.items() if value}
    limit = settings.PITHOS_MAX_META_COUNT
    if len(result) > limit:
        raise MetadataLimitError(limit)
    return result
