"""Deletions: of what is current, and of what was."""

from dataclasses import dataclass

from pithos_api.values import DeleteConditions


@dataclass(frozen=True, slots=True)
class Deletion:
    """What is to be deleted at a path, and on which conditions; None is none.

    delimiter: all names that begin with the path's name and this; "" is none.
    """

    conditions: DeleteConditions | None = None
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Purge:
    """Which history is to go: what was superseded by ``until``, seconds since the epoch.

    to_the_moment: it came with a fraction. Then a container goes, too, if nothing is left in it.
    """

    until: float
    to_the_moment: bool = False
