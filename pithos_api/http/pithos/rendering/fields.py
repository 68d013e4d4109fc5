"""How the documents of Pithos write keys."""

from collections.abc import Mapping

from web.names import lowered


def _key(name: str) -> str:
    """``Some-Key`` as listings write it: ``some_key``."""
    return lowered(name).replace("-", "_")


def keys_of(meta: Mapping[str, str]) -> dict[str, str]:
    """Return metadata under the keys of listings."""
    return {_key(name): value for name, value in meta.items()}
