"""How replies' headers say what users wrote, and how much room there is for it.

A reply's head has at most 64 KiB (server/response.py): proxies must be told how much to expect.
The limits of what it may have to say add up to less, the longest names and fixed fields included.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from web.fields.encoding import encoded, encoded_name

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


def size_of_fields(values: Mapping[str, str]) -> int:
    """Return the bytes that headers take which say each of ``values`` under its name."""
    return sum(
        len(encoded_name(name)) + len(encoded(value)) + _AROUND for name, value in values.items()
    )


def size_of_list(members: Iterable[str]) -> int:
    """Return the bytes of a header's value that lists ``members``."""
    return len(encoded(",".join(members)))
