"""Which entries a listing has, by the contract's rules read literally (§2.3, §3.6)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    prefix: str = ""
    delimiter: str = ""
    path: str = ""
    marker: str = ""
    limit: int = 10_000

    def parameters(self) -> dict[str, object]:
        """As they are sent."""
        given = {"prefix": self.prefix, "delimiter": self.delimiter, "marker": self.marker}
        named = {key: value for key, value in given.items() if value}
        return {**named, "path": self.path, "limit": self.limit, "format": "json"}


def entries(names: Iterable[str], query: Query) -> list[tuple[str, bool]]:
    """Each entry with whether it is a folder, in order."""
    prefix = (query.path or query.prefix).lstrip("/")
    delimiter = "/" if query.path else query.delimiter
    if prefix and delimiter and not prefix.endswith(delimiter):
        prefix += delimiter
    found: dict[str, bool] = {}
    for name in names:
        if not name.startswith(prefix):
            continue
        at = name.find(delimiter, len(prefix)) if delimiter else -1
        end = at + len(delimiter)
        if at < 0 or end == len(name):
            found[name] = False
        elif not query.path:
            found.setdefault(name[:end], True)
    behind = sorted(each for each in found.items() if each[0] > query.marker)
    return behind[: query.limit]
