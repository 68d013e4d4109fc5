"""What a reader wants of an object, a container or an account."""

from dataclasses import dataclass

from web.conditions import ReadConditions, Validator
from web.negotiation import Format


@dataclass(frozen=True, slots=True)
class ReadObject:
    """What is to be read of an object, and how.

    version: serial; None is the current one, 0 one that there never is.
    until: seconds since the epoch, what was current right before; None is the present.
    range, if_range: which bytes, as the ``Range`` header says, and of which state.
    disposition: inline or attachment; None leaves it to the object.
    of_symlink: a symlink itself is wanted, in a dialect that follows symlinks.
    form: of a list, such as the object's blocks; None where the request leaves that open.
    """

    version: int | None = None
    until: float | None = None
    conditions: ReadConditions | None = None
    range: str | None = None
    if_range: Validator | None = None
    disposition: str | None = None
    of_symlink: bool = False
    form: Format | None = None


@dataclass(frozen=True, slots=True)
class ReadState:
    """What is to be read of a container or an account. until: as of ``Page``."""

    until: float | None = None
    conditions: ReadConditions | None = None
