"""Quotas as Swift's clients set them: by names that metadata would have."""

from dataclasses import replace
from typing import Final, Literal

from pithos_api.values import MetaChange
from web.errors import InvalidHeaderError
from web.numbers import LARGEST_SIZE, whole_number

BYTES: Final = "Quota-Bytes"
COUNT: Final = "Quota-Count"


def taken_quota(meta: MetaChange, kind: str, name: str) -> int | Literal[""] | None:
    """Return the quota that a change of metadata sets: "" is none, None leaves it.

    kind: Account or Container, whose metadata it is.

    Raises: InvalidHeaderError.
    """
    value = meta.values.get(name)
    if value is None:
        return None
    if value == "":
        return ""
    quota = whole_number(value, len(str(LARGEST_SIZE)))
    if quota is None or quota > LARGEST_SIZE:
        raise InvalidHeaderError(f"X-{kind}-Meta-{name}", "is not a whole number")
    return quota


def without_quotas(meta: MetaChange) -> MetaChange:
    """Return the change of all other metadata."""
    return replace(
        meta,
        values={name: text for name, text in meta.values.items() if name not in {BYTES, COUNT}},
    )
