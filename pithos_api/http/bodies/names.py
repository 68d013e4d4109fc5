"""Lists of names that select objects: JSON, in a parameter, a form or a body of its own."""

from typing import Final
from urllib.parse import parse_qs

import orjson

from pithos_api.http.bodies.documents import open_document
from pithos_api.http.parsing.listings import comparable
from web.bodies.body import RequestBody
from web.errors import InvalidRequest

MAX_BODY: Final = 4 * 1024 * 1024


class InvalidNamesError(InvalidRequest):
    """A selection of objects cannot be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"names {reason}")


def read_names(body: RequestBody, prefix: str) -> tuple[str, ...]:
    """Return the names in a body: a JSON list, or a form whose field ``names`` is one.

    Raises: InvalidNamesError; as ``open_document``.
    """
    with open_document(body, MAX_BODY) as document:
        sent = document[:]
    if sent.startswith(b"names="):
        fields = parse_qs(sent.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=9)
        return parse_names(fields["names"][0], prefix)
    return parse_names(sent, prefix)


def parse_names(text: str | bytes, prefix: str) -> tuple[str, ...]:
    """Return names as they can be looked for. Raises: InvalidNamesError."""
    try:
        names = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidNamesError("are not a list in JSON") from error
    if not isinstance(names, list) or not all(name and isinstance(name, str) for name in names):
        raise InvalidNamesError("are not a list of texts in JSON")
    for name in names:
        if not name.startswith(prefix):
            raise InvalidNamesError(f"has {name[:40]!r}, which does not begin with the prefix")
    return tuple(map(comparable, names))
