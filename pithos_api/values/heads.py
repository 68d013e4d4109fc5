"""How replies' headers say what users wrote, and how much room there is for it.

A reply's head has at most 64 KiB (server/response.py): proxies must be told how much to expect.
The limits of what it may have to say add up to less, the longest names and fixed fields included.
"""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

# Of what users say, percent-encoded as it is sent: the metadata of one resource; type, encoding,
# disposition and manifest of an object together; one list of who may read or write; one group of
# an account, which still fits a field of the request that sends it back; all its groups.
MAX_META: Final = 24 << 10
MAX_DESCRIPTION: Final = 8 << 10
MAX_LIST: Final = 8 << 10
MAX_GROUP: Final = 15 << 10
MAX_GROUPS: Final = 36 << 10

# Of a field besides its name and value: the longest prefix that we put before a name, ": " and
# the line's end.
_AROUND: Final = len("X-Container-Meta-") + 4

_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_SAFE = _PRINTABLE.replace("%", "")

# What a header's name may have (RFC 9110 §5.6.2): anything else would end it, or split a list.
_SAFE_IN_NAME = "!#$&'*+-.^_`|~"


def encoded(text: str) -> str:
    """Percent-encode what a reply's header cannot carry, and ``%`` itself; leave all else."""
    if text.isascii() and text.isprintable() and "%" not in text:
        return text
    return quote(text, safe=_SAFE)


def encoded_name(text: str) -> str:
    """Percent-encode what the name of a reply's header cannot have, and ``%`` itself."""
    if text.isascii() and text.replace("-", "").isalnum():
        return text
    return quote(text, safe=_SAFE_IN_NAME)


def size_of_fields(values: Mapping[str, str]) -> int:
    """Return the bytes that headers take which say each of ``values`` under its name."""
    return sum(
        len(encoded_name(name)) + len(encoded(value)) + _AROUND for name, value in values.items()
    )


def size_of_list(members: Iterable[str]) -> int:
    """Return the bytes of a header's value that lists ``members``."""
    return len(encoded(",".join(members)))
