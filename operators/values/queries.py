"""What an operator types to find an object, and what is meant by it."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from web.names import lowered

Kind = Literal["uuid", "digest", "serial", "path", "name"]

_DIGEST: Final = re.compile("[0-9a-fA-F]{64}")
_SERIAL: Final = re.compile("#?([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Query:
    """A question for objects. text: as it was typed, without blanks around it.

    kind: what it may be. digest: of a block or of content.
    """

    text: str
    kind: Kind

    @property
    def digest(self) -> bytes:
        """The 32 bytes of a digest."""
        return bytes.fromhex(self.text)

    @property
    def uuid(self) -> UUID:
        """The UUID."""
        return UUID(self.text)

    @property
    def serial(self) -> int:
        """The number of a version."""
        return int(self.text.removeprefix("#"))

    @property
    def place(self) -> tuple[str, str, str]:
        """The account, container and name of a path; names may have slashes."""
        account, _, rest = self.text.removeprefix("/").partition("/")
        container, _, name = rest.partition("/")
        return lowered(account), container, name


def parse_query(text: str) -> Query | None:
    """Return what is asked for, None for nothing.

    64 hex digits are a digest; what reads as a UUID, with its hyphens, is one; ``#12`` and digits
    alone are a version; what has a slash is a path, with its account; all else is a name.
    """
    text = text.strip()
    if not text:
        return None
    if _DIGEST.fullmatch(text):
        return Query(text, "digest")
    if _is_uuid(text):
        return Query(text, "uuid")
    if _SERIAL.fullmatch(text):
        return Query(text, "serial")
    return Query(text, "path" if "/" in text else "name")


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
