"""Copies and moves."""

from dataclasses import dataclass

from pithos_api.values import Conditions, DetailsChange, ObjectPath, ShareChange
from web.conditions import Validator


@dataclass(frozen=True, slots=True)
class Selection:
    """Which bytes of the source a copy takes, as ``Range`` says, if it is in a certain state.

    if_range: None is any state. In another one, everything is copied.
    """

    range: str
    if_range: Validator | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The source and destination of a copy or move, and what it changes.

    source, destination: an account of "" is the caller's own.
    serial: a version of the source; None is the current one. Moves have none.
    source_conditions, conditions: of the source and of what is at the destination.
    delimiter: also all names that begin with the source's name and this; "" is none.
    selection: None is everything. follows: what a symlink leads to is copied, not the symlink.
    """

    source: ObjectPath
    destination: ObjectPath
    change: DetailsChange
    serial: int | None = None
    source_conditions: Conditions = Conditions()
    conditions: Conditions = Conditions()
    share: ShareChange = ShareChange()
    delimiter: str = ""
    selection: Selection | None = None
    follows: bool = False
