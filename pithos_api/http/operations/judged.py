"""Which state a write was refused for: that whose conditions or range it did not meet."""

from typing import Any, NamedTuple

from pithos_api.http.operations.rights import P
from pithos_api.values import Conditions
from pithos_api.values.requests import Copy
from web.errors import PithosError, RangeNotSatisfiable


class Judged(NamedTuple):
    """A path as it is now, or one version of an object there."""

    path: Any
    serial: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """The parameters of a HEAD of it."""
        return {} if self.serial is None else {"version": str(self.serial)}


def judged(path: P, wanted: object, error: PithosError) -> Judged:
    """Return what was judged. path: the request's; wanted: what it asks for, parsed.

    Of copies it is the source if the range is of it, or the conditions are (COPY and MOVE).
    """
    copy = getattr(wanted, "copy", wanted)  # Swift's copies are more than this, too
    if not isinstance(copy, Copy):
        return Judged(path)
    if isinstance(error, RangeNotSatisfiable) or copy.source_conditions != Conditions():
        return Judged(copy.source, copy.serial)
    return Judged(copy.destination)
