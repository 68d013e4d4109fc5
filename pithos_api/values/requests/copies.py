"""Copies and moves."""

from dataclasses import dataclass

from pithos_api.values import Conditions, DetailsChange, ObjectPath, ShareChange


@dataclass(frozen=True, slots=True)
class Copy:
    """The source and destination of a copy or move, and what it changes.

    source, destination: an account of "" is the caller's own.
    serial: a version of the source; None is the current one. Moves have none.
    source_conditions, conditions: of the source and of what is at the destination.
    delimiter: also all names that begin with the source's name and this; "" is none.
    """

    source: ObjectPath
    destination: ObjectPath
    change: DetailsChange
    serial: int | None = None
    source_conditions: Conditions = Conditions()
    conditions: Conditions = Conditions()
    share: ShareChange = ShareChange()
    delimiter: str = ""
