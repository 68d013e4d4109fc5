"""Of what kind the resource of a request is: few enough kinds to count each."""

from typing import Final

ROUTES: Final = ("account", "container", "object", "public", "site", "top", "watching", "none")
"""``site`` is all that Django serves, ``top`` /v1 itself; ``none``: no path could be read."""

_KINDS: Final = {"public": "public", "info": "top", "healthz": "watching", "readyz": "watching"} | {
    "metrics": "watching"
}
_VERSIONS: Final = frozenset({"v1", "v1.0"})


def route_of(target: str) -> str:
    """Return which of ROUTES a request target, such as ``/v1/a/c?format=json``, leads to."""
    parts = target.partition("?")[0].split("/", 4)
    if len(parts) < 2:
        return "none"
    if parts[1] not in _VERSIONS:
        return _KINDS.get(parts[1], "site")
    # A slash at the end names nothing further.
    return ("top", "account", "container", "object")[len(parts) - 2 - (not parts[-1])]
