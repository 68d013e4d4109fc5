"""Links: keys that let whoever has one read an object, or a folder."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, TypeAlias

MAX_LINKS: Final = 10_000
"""Of one account."""

MAX_DOWNLOADS: Final = 10**9


class Keep(Enum):
    """That a change leaves something as it is."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
Kept: TypeAlias = Keep


@dataclass(frozen=True, slots=True)
class LinkChange:
    """What a request makes of a link; None takes the limit away.

    password: as it was typed. expires: aware, in the future. downloads: how many are left from now
    on.
    """

    password: str | Kept | None = KEEP
    expires: datetime | Kept | None = KEEP
    downloads: int | Kept | None = KEEP


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link as its owner and operators see it.

    key: what its URL ends with: whoever knows it may use the link. name: of the object; of a
    folder what all names in it begin with, "" is the whole container. downloads: how many are
    left, None is any number. used: how many there were. last_used: of the latest.
    suspended: its owner is.
    """

    key: str
    account: str
    container: str
    name: str
    is_folder: bool
    created: datetime
    expires: datetime | None
    has_password: bool
    downloads: int | None
    used: int
    last_used: datetime | None
    suspended: bool
