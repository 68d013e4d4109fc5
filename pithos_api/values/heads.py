"""The room that headers of replies have for names, metadata and lists that users wrote.

A reply's head has at most 64 KiB, because proxies must be told how much to expect. The limits of
all that a reply may have to say add up to less, the longest names and fixed fields included.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from web.encoding import encoded, encoded_name

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
    """Return the bytes of the headers that have ``values`` under their names."""
    return sum(
        len(encoded_name(name)) + len(encoded(value)) + _AROUND for name, value in values.items()
    )


def size_of_list(members: Iterable[str]) -> int:
    """Return the bytes of a header's value that lists ``members``."""
    return len(encoded(",".join(members)))
