"""That rows, blocks and counters agree with each other: what ``manage.py fsck`` asks."""

from collections.abc import Iterator

from pithos_api.services.upkeep.integrity.checks import Check
from pithos_api.services.upkeep.integrity.content import CONTENT_CHECKS
from pithos_api.services.upkeep.integrity.rows import ROW_CHECKS
from pithos_api.services.upkeep.integrity.storage import STORAGE_CHECKS

__all__ = ["Check", "checks"]


def checks(*, strict: bool = False) -> Iterator[Check]:
    """Yield the checks in order, cheap ones first; strict: also those that read all content."""
    yield from ROW_CHECKS
    yield from STORAGE_CHECKS
    if strict:
        yield from CONTENT_CHECKS
