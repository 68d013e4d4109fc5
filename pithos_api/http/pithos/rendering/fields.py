"""How the documents of Pithos write times and keys."""

from collections.abc import Mapping
from datetime import datetime

from web.names import lowered


def iso_time(moment: datetime) -> str:
    """Return ISO 8601 UTC with six decimals, also where they are zeros."""
    return moment.isoformat(timespec="microseconds")


def epoch_time(moment: datetime) -> str:
    """Return decimal seconds since the epoch, as text with six decimals."""
    return f"{moment.timestamp():.6f}"


def _key(name: str) -> str:
    """``Some-Key`` as listings write it: ``some_key``."""
    return lowered(name).replace("-", "_")


def keys_of(meta: Mapping[str, str]) -> dict[str, str]:
    """Return metadata under the keys of listings."""
    return {_key(name): value for name, value in meta.items()}
